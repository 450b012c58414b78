import { expect } from 'chai';
import { EMPTY, lastValueFrom, observable, of, toArray } from 'rxjs';
import { processRecords } from '../../src/record/processRecords.ts';
import { recordFactory } from '../../src/testing/recordFactory.ts';

describe('processRecords, what it waits for', () => {
  it('should take anything else for the outcome, strings and arrays included', () => {
    for (const outcome of [undefined, null, 0, 'text', ['a', 'b'], { then: 1 }, new Set([1])]) {
      expect(outcomesOf(outcome)).to.deep.equal([outcome]);
    }
  });

  it('should take the last value of an Observable, and undefined of an empty one', () => {
    expect(outcomesOf(of(1, 2, 3))).to.deep.equal([3]);
    expect(outcomesOf(EMPTY)).to.deep.equal([undefined]);
  });

  it('should take the last value of what other libraries make observable', () => {
    expect(outcomesOf({ [observable]: () => of('interop') })).to.deep.equal(['interop']);
  });

  it('should take what a Promise and an async iterable come to', async () => {
    async function* iterate() {
      yield* [1, await Promise.resolve(2)];
    }
    const make = recordFactory();
    const outcomes = await lastValueFrom(
      of(make('a'), make('b')).pipe(
        processRecords(({ data }) => (data === 'a' ? Promise.resolve('promised') : iterate())),
        toArray(),
      ),
    );
    expect(outcomes.map(({ data }) => data)).to.deep.equal(['promised', 2]);
  });
});

function outcomesOf(outcome: unknown): unknown[] {
  const seen: unknown[] = [];
  of(recordFactory()('a'))
    .pipe(processRecords(() => outcome))
    .subscribe((record) => seen.push(record.data));
  return seen;
}
