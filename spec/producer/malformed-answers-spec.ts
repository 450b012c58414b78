import { expect } from 'chai';
import { from, of } from 'rxjs';
import type { Diagnostic } from '../../src/diagnostics/Diagnostic.ts';
import { text } from '../../src/codec/text.ts';
import { toKinesis } from '../../src/producer/toKinesis.ts';
import { VirtualClock } from '../support/VirtualClock.ts';

const accepted = { Records: [{ ShardId: 'shardId-0', SequenceNumber: '1' }] };

/** Writes one record through a client with these answers, each by its command; lists are used up one by one. */
function write(answers: Record<string, readonly unknown[]>) {
  const clock = new VirtualClock();
  const events: Diagnostic[] = [];
  const calls = new Map<string, number>();
  const seen = { attempts: 0, isComplete: false, events };
  const send = (command: object) => {
    const { name } = command.constructor;
    const call = calls.get(name) ?? 0;
    calls.set(name, call + 1);
    const given = answers[name] ?? [];
    return of(given[Math.min(call, given.length - 1)]);
  };
  from(['a'])
    .pipe(
      toKinesis('orders', {
        client: { send: send as never },
        codec: text(),
        scheduler: clock,
        onDiagnostic: (event) => events.push(event),
      }),
    )
    .subscribe({ next: ({ attempts }) => (seen.attempts = attempts), complete: () => (seen.isComplete = true) });
  clock.pass(60_000);
  return seen;
}

describe('malformed answers to a writer', () => {
  for (const Records of [null, undefined, [], [null], {}]) {
    it(`should be refusals of what they do not name: Records is ${JSON.stringify(Records)}`, () => {
      const { attempts, isComplete } = write({ PutRecordsCommand: [{ Records }, accepted] });
      expect({ attempts, isComplete }).to.deep.equal({ attempts: 2, isComplete: true });
    });
  }

  const range = { StartingHashKey: 'zero', EndingHashKey: '1' };
  for (const Shards of [[null], [{ ShardId: 'shardId-0', HashKeyRange: range }]]) {
    it(`should be listings that failed: Shards is ${JSON.stringify(Shards)}`, () => {
      const { attempts, events } = write({ PutRecordsCommand: [accepted], ListShardsCommand: [{ Shards }] });
      expect(attempts).to.equal(1);
      expect(events.filter(({ type }) => type === 'mapFailed')).to.not.be.empty;
    });
  }

  it('should be a stream without shards: Shards is null', () => {
    const { attempts, events } = write({ PutRecordsCommand: [accepted], ListShardsCommand: [{ Shards: null }] });
    expect(attempts).to.equal(1);
    expect(events).to.deep.include({ type: 'mapped', streamName: 'orders', openShards: 0 });
  });
});
