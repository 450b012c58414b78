import { expect } from 'chai';
import fc from 'fast-check';
import { concat, concatMap, delay, from, mergeMap, NEVER, of, timer, VirtualTimeScheduler } from 'rxjs';
import type { PutRecordsRequestEntry, PutRecordsResultEntry } from '@aws-sdk/client-kinesis';
import type { KinesisClientLike } from '../../src/aws/KinesisClientLike.ts';
import { json } from '../../src/codec/json.ts';
import { text } from '../../src/codec/text.ts';
import { streamTarget } from '../../src/aws/streamTarget.ts';
import { Diagnostics } from '../../src/diagnostics/Diagnostics.ts';
import { checkToKinesisOptions } from '../../src/producer/checkToKinesisOptions.ts';
import type { PutResult } from '../../src/producer/PutResult.ts';
import { RecordWriter } from '../../src/producer/RecordWriter.ts';
import { toKinesis } from '../../src/producer/toKinesis.ts';
import { collectGarbage } from './collectGarbage.ts';
import { countMoved } from './countMoved.ts';
import { accepted, awsError, refused, ScriptedClient } from './ScriptedClient.ts';

const codes = [
  'InternalFailure',
  'ProvisionedThroughputExceededException',
  'BrandNewException',
  'KMSDisabledException',
];

/** What happens to a request: its records are judged one by one, or all of it fails. */
const fate = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ refuse: fc.array(fc.constantFrom('', '', '', 'none', ...codes)), missing: fc.nat(3) }),
  },
  { weight: 2, arbitrary: fc.constantFrom(awsError('InternalFailure', 500), awsError('LimitExceededException')) },
  { weight: 1, arbitrary: fc.constant('hang' as const) },
);

const scenario = fc.record({
  fates: fc.array(fate, { maxLength: 30 }),
  gaps: fc.array(fc.constantFrom(0, 0, 0, 1, 20, 150), { minLength: 1, maxLength: 60 }),
  latencyMs: fc.constantFrom(0, 1, 30),
  options: fc.record({
    maxBatchRecords: fc.integer({ min: 1, max: 10 }),
    maxBatchBytes: fc.integer({ min: 1, max: 100 }),
    maxInFlightRequests: fc.integer({ min: 1, max: 4 }),
    lingerMs: fc.constantFrom(0, 10, 100),
    ttlMs: fc.constantFrom(50, 1_000, 30_000),
    maxAttempts: fc.constantFrom(1, 3, Infinity),
    requestTimeoutMs: fc.constant(500),
  }),
});

describe('RecordWriter', () => {
  it('should have exactly one result for each input, under any faults, in bounded time and requests', () => {
    fc.assert(
      fc.property(scenario, ({ fates, gaps, latencyMs, options }) => {
        const scheduler = new VirtualTimeScheduler();
        const inStream: string[] = [];
        const client = new ScriptedClient(
          scheduler,
          (entries, call) => {
            const happens = fates[call - 1];
            if (happens === 'hang' || happens instanceof Error) return happens;
            const answer = entries.map((entry, index) => judge(entry, happens?.refuse[index] ?? '', inStream));
            return answer.slice(0, Math.max(0, answer.length - (happens?.missing ?? 0)));
          },
          latencyMs,
        );
        const inputs = gaps.map((_, index) => `${index}:${'x'.repeat(index % 30)}`);
        const results: PutResult<string>[] = [];
        let isComplete = false;
        from(inputs)
          .pipe(
            concatMap((input, index) => (gaps[index] ? of(input).pipe(delay(gaps[index] ?? 0, scheduler)) : of(input))),
            toKinesis('orders', { codec: text(), client, scheduler, onFailure: 'emit', ...options }),
          )
          .subscribe({ next: (result) => results.push(result), complete: () => (isComplete = true) });
        scheduler.flush();

        expect(isComplete).to.be.true;
        expect(results.map(({ value }) => value))
          .to.have.members(inputs)
          .and.have.lengthOf(inputs.length);
        for (const { error, value } of results) if (!error) expect(inStream).to.include(value);
        for (const { attempts } of results) expect(attempts).to.be.at.most(options.maxAttempts);
        expect(client.maxInFlight).to.be.at.most(options.maxInFlightRequests);
        expect(client.inFlight).to.equal(0);
        const arrival = gaps.reduce<number>((sum, gap) => sum + gap, 0);
        expect(scheduler.frame).to.be.at.most(arrival + options.ttlMs + options.requestTimeoutMs * 2 + latencyMs);
      }),
      { numRuns: 500 },
    );
  });

  it('should hold nothing once it is cancelled: of the queue, of requests, of what waits for a retry', async () => {
    const scheduler = new VirtualTimeScheduler();
    const client = new ScriptedClient(scheduler, (_, call) => (call === 1 ? [refused('InternalFailure')] : 'hang'));
    const options = { codec: json<object>(), client, scheduler, maxBatchRecords: 1, maxInFlightRequests: 1 };
    const writer = new RecordWriter<object>(
      {
        target: streamTarget('orders'),
        client,
        diagnostics: new Diagnostics(undefined),
        settings: checkToKinesisOptions<object>(options),
      },
      { told: () => undefined, failed: () => undefined, drained: () => undefined },
    );
    const values = Array.from({ length: 4 }, (_, id) => {
      const value = { id };
      writer.put(value);
      return new WeakRef(value);
    });
    scheduler.maxFrames = 10;
    scheduler.flush();
    writer.cancel();
    await collectGarbage();
    expect(values.map((value) => value.deref())).to.deep.equal(Array(4).fill(undefined));
    writer.end();
  });

  it('should hold nothing once its stream cannot be had', async () => {
    const scheduler = new VirtualTimeScheduler();
    const client = new ScriptedClient(scheduler, undefined);
    const told: unknown[] = [];
    const backlogs: number[] = [];
    const settings = checkToKinesisOptions<object>({
      codec: json<object>(),
      client: { send: (command) => timer(10, scheduler).pipe(mergeMap(() => client.send(command))) },
      scheduler,
      createStream: { shards: 1 },
    });
    const writer = new RecordWriter<object>(
      {
        target: streamTarget('orders'),
        client: settings.client as KinesisClientLike,
        diagnostics: new Diagnostics((event) => event.type === 'queued' && backlogs.push(event.records)),
        settings,
      },
      { told: (result) => told.push(result), failed: (error) => told.push(error), drained: () => undefined },
    );
    const values = Array.from({ length: 4 }, (_, id) => {
      const value = { id };
      writer.put(value);
      return new WeakRef(value);
    });
    scheduler.maxFrames = 20;
    scheduler.flush();
    expect(told).to.have.lengthOf(1);
    expect(told[0]).to.include({ awsName: 'AccessDeniedException' });
    expect([backlogs.at(-1), scheduler.actions]).to.deep.equal([0, []]);
    await collectGarbage();
    expect(values.map((value) => value.deref())).to.deep.equal(Array(4).fill(undefined));
    writer.flush();
  });

  it('should do the same work for each request, however many records wait, while all is throttled', () => {
    const few = workOfRequest(5_000);
    expect(few).to.be.greaterThan(0);
    expect(workOfRequest(30_000)).to.be.at.most(few * 1.5);
  });
});

/** How many items of arrays, the scheduler's included, are moved for each request, while all that was put before goes on waiting. */
function workOfRequest(waiting: number): number {
  const scheduler = new VirtualTimeScheduler();
  const client = new ScriptedClient(scheduler, (entries) => entries.map(() => refused('InternalFailure')));
  const options = { backoff: { initialMs: 1, maxMs: 1 }, requestTimeoutMs: 100, ttlMs: 3_600_000 };
  const inputs = concat(from(Array<string>(waiting).fill('')), NEVER);
  const subscription = inputs.pipe(toKinesis('orders', { codec: text(), client, scheduler, ...options })).subscribe();
  const runUntil = (time: number) => {
    scheduler.maxFrames = time;
    scheduler.flush();
    return client.requests.length;
  };
  const before = runUntil(20);
  let after = before;
  const moved = countMoved(() => (after = runUntil(60)));
  subscription.unsubscribe();
  expect(after - before).to.be.at.least(100);
  return moved / (after - before);
}

function judge(entry: PutRecordsRequestEntry, code: string, inStream: string[]): PutRecordsResultEntry {
  if (code === 'none') return {};
  if (code) return refused(code);
  inStream.push(Buffer.from(entry.Data ?? new Uint8Array()).toString());
  return accepted(inStream.length);
}
