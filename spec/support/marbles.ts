import { expect } from 'chai';
import { TestScheduler } from 'rxjs/testing';

type RunHelpers = Parameters<Parameters<TestScheduler['run']>[0]>[0];

/** The body of a spec that runs in virtual time: `it('should …', marbles(({ cold, expectObservable }) => { … }))`. */
export function marbles(body: (helpers: RunHelpers) => void): () => void {
  return () => {
    new TestScheduler((actual, expected) => void expect(actual).to.deep.equal(expected)).run(body);
  };
}
