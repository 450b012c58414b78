import type { PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import { expect } from 'chai';
import fc from 'fast-check';
import { from } from 'rxjs';
import { text } from '../../src/codec/text.ts';
import type { RecordRejectedError } from '../../src/errors/RecordRejectedError.ts';
import { KinesisProducer } from '../../src/producer/KinesisProducer.ts';
import type { PutResult } from '../../src/producer/PutResult.ts';
import { toKinesis } from '../../src/producer/toKinesis.ts';
import type { ToKinesisOptions } from '../../src/producer/ToKinesisOptions.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import { recordFactory } from '../../src/testing/recordFactory.ts';
import { VirtualClock } from '../support/VirtualClock.ts';
import { accepted, awsError, type Script, ScriptedClient } from './ScriptedClient.ts';

const textOf = ({ Data }: PutRecordsRequestEntry) => Buffer.from(Data ?? []).toString();

/** Refuses a request as a whole where one of its records is bad, without a word which. */
const judging =
  (isBad: (text: string) => boolean, name = 'ValidationException'): Script =>
  (entries) =>
    entries.some((entry) => isBad(textOf(entry))) ? awsError(name) : entries.map((_, i) => accepted(i));

function write(values: readonly string[], script: Script, options: ToKinesisOptions<string> = {}) {
  const clock = new VirtualClock(0);
  const client = new ScriptedClient(clock, script);
  const results: PutResult<string>[] = [];
  const seen = { client, results, isComplete: false };
  from(values)
    .pipe(toKinesis('orders', { client, codec: text(), scheduler: clock, onFailure: 'emit', ...options }))
    .subscribe({ next: (result) => results.push(result), complete: () => (seen.isComplete = true) });
  clock.pass(120_000);
  return seen;
}

const failedOf = (results: readonly PutResult<string>[]) =>
  results.filter(({ error }) => error).map(({ value }) => value);

describe('a request that is refused for one of its records', () => {
  const values = Array.from({ length: 100 }, (_, index) => String(index));

  for (const name of ['ValidationException', 'InvalidArgumentException']) {
    it(`should fail that record alone (${name})`, () => {
      const { client, results, isComplete } = write(
        values,
        judging((value) => value === '42', name),
      );
      expect(isComplete).to.be.true;
      expect(failedOf(results)).to.deep.equal(['42']);
      expect(results).to.have.lengthOf(100);
      expect(results.every(({ attempts }) => attempts === 1)).to.be.true;
      // A hundred are halved seven times, and the other half of each goes, too.
      expect(client.batches).to.have.lengthOf.at.most(1 + 2 * 7);
    });
  }

  it('should fail alone when it is alone, with what was said', () => {
    const { client, results } = write(
      ['a'],
      judging(() => true),
    );
    expect(client.batches).to.deep.equal([['a']]);
    expect(results[0]?.error).to.include({ name: 'PutFailedError', retryable: false });
    expect((results[0]?.error as Error).cause).to.include({ awsName: 'ValidationException' });
  });

  it('should not go on without a pause where all requests are refused, so that none is at fault', () => {
    const { client, results, isComplete } = write(
      Array.from({ length: 5_000 }, (_, index) => String(index)),
      judging(() => true),
      { random: () => 0.5 },
    );
    expect(isComplete).to.be.true;
    const causes = new Set(results.map(({ error }) => ((error as Error).cause as { awsName: string }).awsName));
    expect([results.length, ...causes]).to.deep.equal([5_000, 'ValidationException']);
    const ends = new Set(
      results.map(({ error }) => /: (ttlMs is 30000(, in which)?|repeating)/.exec(error!.message)?.[1]),
    );
    expect(ends).to.have.keys('repeating', 'ttlMs is 30000', 'ttlMs is 30000, in which');
    // In 30 s, with about 50 ms between them.
    expect(client.requests.length).to.be.within(400, 700);
  });

  it('should leave those behind many at fault enough of their lives', () => {
    const { results } = write(
      values.map((value, index) => (index < 50 ? `bad ${value}` : value)),
      judging((value) => value.startsWith('bad')),
      { maxInFlightRequests: 1 },
    );
    expect(failedOf(results)).to.have.lengthOf(50);
  });

  it('should have its fellows written within a single attempt, in the order of their keys', () => {
    const inStream: string[] = [];
    const script: Script = (entries, call) => {
      const answer = judging((value) => value === 'a3')(entries, call);
      if (Array.isArray(answer)) inStream.push(...entries.map(textOf));
      return answer;
    };
    const put = ['a1', 'b1', 'a2', 'c1', 'a3', 'b2', 'a4', 'a5', 'b3'];
    const { results } = write(put, script, {
      maxAttempts: 1,
      order: 'partitionKey',
      partitionKey: ([key = '']) => key,
    });
    expect(failedOf(results)).to.deep.equal(['a3']);
    const ofKey = (key: string) => inStream.filter((value) => value.startsWith(key)).join(' ');
    expect(['a', 'b', 'c'].map(ofKey)).to.deep.equal(['a1 a2 a4 a5', 'b1 b2 b3', 'c1']);
  });

  it('should not take what comes later along', () => {
    const clock = new VirtualClock(0);
    const client = new ScriptedClient(
      clock,
      judging((value) => value.includes('bad')),
      50,
    );
    const producer = new KinesisProducer<string>('orders', { client, codec: text(), scheduler: clock, lingerMs: 10 });
    for (const value of ['a', 'bad', 'b']) producer.put(value).catch(() => undefined);
    clock.pass(40);
    for (const value of ['x', 'y']) void producer.put(value);
    clock.pass(1_000);
    expect(client.batches.find((batch) => batch.includes('x'))).to.deep.equal(['x', 'y']);
  });

  it('should be found in aggregates, too', () => {
    const clock = new VirtualClock();
    const fake = new FakeKinesis({ scheduler: clock, streams: { orders: { shards: 1 } } });
    // Larger than the stream takes, which only Kinesis knows.
    const large = 'x'.repeat(1_100_000);
    const results: PutResult<string>[] = [];
    from([...values, large, ...values])
      .pipe(
        toKinesis('orders', {
          client: fake,
          codec: text(),
          scheduler: clock,
          onFailure: 'emit',
          aggregate: { maxRecords: 20 },
          maxRecordBytes: 2 * 1_048_576,
        }),
      )
      .subscribe((result) => results.push(result));
    clock.pass(60_000);
    expect(results).to.have.lengthOf(201);
    expect(failedOf(results)).to.deep.equal([large]);
  });

  it('should have one result each, and fail none but those at fault, wherever they are', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(149), { maxLength: 40 }),
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom('none' as const, 'partitionKey' as const),
        (bad, maxBatchRecords, order) => {
          const all = Array.from({ length: 150 }, (_, index) => String(index));
          const isBad = (value: string) => bad.includes(Number(value));
          const partitionKey = (value: string) => String(Number(value) % 11);
          const { results, isComplete } = write(all, judging(isBad), { maxBatchRecords, order, partitionKey });
          expect(isComplete).to.be.true;
          expect(results).to.have.lengthOf(150);
          expect(new Set(failedOf(results))).to.deep.equal(new Set(all.filter(isBad)));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a record of a stream whose own keys Kinesis would not take', () => {
  const make = recordFactory();
  const wrong = { partitionKey: ['', 'k'.repeat(257), '\ud800'], explicitHashKey: ['abc', String(2n ** 128n), '-1'] };

  for (const [reason, keys] of Object.entries(wrong)) {
    for (const key of keys) {
      it(`should be rejected alone: ${reason} ${JSON.stringify(key).slice(0, 20)}`, () => {
        const clock = new VirtualClock();
        const fake = new FakeKinesis({ scheduler: clock, streams: { orders: { shards: 2 } } });
        const results: PutResult<unknown>[] = [];
        const seen = { isComplete: false };
        const poisoned = Object.assign(make('bad'), { [reason]: key });
        from([make('a'), poisoned, make('b')])
          .pipe(toKinesis('orders', { client: fake, codec: text(), scheduler: clock, onFailure: 'emit' }))
          .subscribe({ next: (result) => results.push(result), complete: () => (seen.isComplete = true) });
        clock.pass(60_000);
        expect(seen.isComplete).to.be.true;
        const [failure, ...others] = results;
        expect(failure).to.include({ value: poisoned, attempts: 0 });
        expect((failure?.error as RecordRejectedError).reason).to.equal(reason);
        expect(others.map(({ error }) => error)).to.deep.equal([undefined, undefined]);
      });
    }
  }
});
