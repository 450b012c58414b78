import { expect } from 'chai';
import { asyncScheduler, concat, NEVER, type Observable, of, throwError, timer } from 'rxjs';
import { sendCommand } from '../../src/aws/sendCommand.ts';
import { KinesisServiceError } from '../../src/errors/KinesisServiceError.ts';
import { marbles } from '../support/marbles.ts';

const ANSWER = { Shards: [] };

/** What comes of a command that is answered so, and whether its request was aborted. */
function sending(answer: Observable<unknown>) {
  let signal: AbortSignal | undefined;
  const client = {
    send: (_command: object, options?: { readonly abortSignal?: AbortSignal }) => {
      signal = options?.abortSignal;
      return answer;
    },
  };
  const site = { operation: 'ListShards', streamName: 'orders' };
  const seen: unknown[] = [];
  const subscription = sendCommand(client, () => ({ input: {} }), site, {
    timeoutMs: 1_000,
    scheduler: asyncScheduler,
  }).subscribe({
    next: (output) => seen.push(output),
    error: (error: unknown) => seen.push(error),
    complete: () => seen.push('complete'),
  });
  return { seen, subscription, isAborted: () => signal?.aborted };
}

describe('sendCommand', () => {
  it('should emit one answer, and leave alone a request that was answered', () => {
    for (const answer of [of(ANSWER), of(ANSWER, ANSWER), concat(of(ANSWER), NEVER)]) {
      const { seen, isAborted } = sending(answer);
      expect(seen).to.deep.equal([ANSWER, 'complete']);
      expect(isAborted()).to.be.false;
    }
  });

  it('should abort a request whose answer nobody awaits any more', () => {
    const { seen, subscription, isAborted } = sending(NEVER);
    subscription.unsubscribe();
    expect(isAborted()).to.be.true;
    expect(seen).to.deep.equal([]);
  });

  it(
    'should abort a request that takes too long, and error',
    marbles(({ flush }) => {
      const { seen, isAborted } = sending(timer(5_000));
      flush();
      expect(seen).to.have.lengthOf(1);
      expect(seen[0]).to.be.instanceOf(KinesisServiceError).and.to.include({ awsName: 'timeout', kind: 'transient' });
      expect(isAborted()).to.be.true;
    }),
  );

  it('should error, classified, with what the client throws, and when it answers with nothing', () => {
    const cause = new Error('socket hang up');
    expect(sending(throwError(() => cause)).seen[0])
      .to.be.instanceOf(KinesisServiceError)
      .and.to.include({ cause });
    for (const nothing of [of(undefined), of(null), of()]) {
      const { seen } = sending(nothing);
      expect(seen).to.have.lengthOf(1);
      expect(seen[0]).to.be.instanceOf(KinesisServiceError).and.to.include({ kind: 'transient' });
    }
  });
});
