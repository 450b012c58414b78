import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { expect } from 'chai';
import {
  asyncScheduler,
  concat,
  EMPTY,
  from,
  map,
  mergeMap,
  NEVER,
  Observable,
  type OperatorFunction,
  Subject,
  Subscription,
  take,
  tap,
  throwError,
  timer,
  VirtualTimeScheduler,
} from 'rxjs';
import { json } from '../../src/codec/json.ts';
import { text } from '../../src/codec/text.ts';
import { BufferFullError } from '../../src/errors/BufferFullError.ts';
import { EncodeError } from '../../src/errors/EncodeError.ts';
import { KinesisServiceError } from '../../src/errors/KinesisServiceError.ts';
import { PutFailedError } from '../../src/errors/PutFailedError.ts';
import { RecordRejectedError } from '../../src/errors/RecordRejectedError.ts';
import type { TimedRecords } from '../../src/diagnostics/ConsumerDiagnostic.ts';
import type { Diagnostic } from '../../src/diagnostics/Diagnostic.ts';
import { tapDiagnostics } from '../../src/diagnostics/tapDiagnostics.ts';
import { PutFailure, type PutResult, PutSuccess } from '../../src/producer/PutResult.ts';
import { toKinesis } from '../../src/producer/toKinesis.ts';
import type { ToKinesisOptions } from '../../src/producer/ToKinesisOptions.ts';
import type { Delivery } from '../../src/record/Delivery.ts';
import { KinesisRecord } from '../../src/record/KinesisRecord.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import { recordFactory } from '../../src/testing/recordFactory.ts';
import { hands } from '../support/hands.ts';
import { VirtualClock } from '../support/VirtualClock.ts';
import { marbles } from '../support/marbles.ts';
import { accepted, awsError, refused, type Script, ScriptedClient } from './ScriptedClient.ts';

/** Writes text; no jitter: a wait before attempt n + 1 takes 100 ms * 2 ** (n - 1). */
function put(
  client: ScriptedClient,
  options: ToKinesisOptions<string> = {},
): OperatorFunction<string, PutResult<string>> {
  return toKinesis('orders', { codec: text(), client, random: () => 0.999_999, ...options });
}

const valueOf = map(({ value }: PutResult<string>) => value);
const scripted = (script?: Script, latencyMs?: number) => new ScriptedClient(asyncScheduler, script, latencyMs);

/** Everything that comes out, with the time since the start. */
interface Seen<T> {
  readonly results: PutResult<T>[];
  readonly at: number[];
  error?: unknown;
  completedAt?: number;
}

function watch<T>(results: Observable<PutResult<T>>): Seen<T> & { readonly subscription: Subscription } {
  const start = asyncScheduler.now();
  const now = () => asyncScheduler.now() - start;
  const seen = { results: [] as PutResult<T>[], at: [] as number[], subscription: new Subscription() } as ReturnType<
    typeof watch<T>
  >;
  seen.subscription.add(
    results.subscribe({
      next(result) {
        seen.results.push(result);
        seen.at.push(now());
      },
      error: (error: unknown) => (seen.error = error),
      complete: () => (seen.completedAt = now()),
    }),
  );
  return seen;
}

describe('toKinesis', () => {
  it(
    'should write each input and emit a result for each, in batches',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold(' ab--c-----|');
      const subscription = '^---------!';
      const expected = '    ----(ab)c-|';
      expectObservable(source.pipe(put(scripted(), { lingerMs: 3 }), valueOf)).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subscription);
    }),
  );

  it(
    'should tell shard, sequence number and attempts of an input',
    marbles(({ cold, flush }) => {
      const seen = watch(cold('(a|)').pipe(put(scripted(() => [{ ShardId: 'shardId-7', SequenceNumber: '42' }]))));
      flush();
      expect(seen.results).to.deep.equal([new PutSuccess('a', 'shardId-7', '42', 0, 1)]);
    }),
  );

  it(
    'should complete with an empty source, without a request',
    marbles(({ cold, expectObservable, flush }) => {
      const client = scripted();
      expectObservable(cold('--|').pipe(put(client))).toBe('--|');
      flush();
      expect(client.requests).to.be.empty;
    }),
  );

  it(
    'should never emit without an input',
    marbles(({ expectObservable }) => {
      expectObservable(NEVER.pipe(put(scripted()))).toBe('-');
    }),
  );

  it(
    'should write what came before an error of the source, and then pass the error',
    marbles(({ cold, expectObservable }) => {
      const source = cold('ab-#      ');
      const expected = '   ----(ab#)';
      expectObservable(source.pipe(put(scripted()), valueOf)).toBe(expected);
    }),
  );

  it(
    'should pass the error of the source, also where a record fails after it, and write the others',
    marbles(({ cold, expectObservable }) => {
      const script: Script = ([entry]) => [String(entry?.Data) === 'a' ? refused('KMSDisabledException') : accepted()];
      const client = scripted(script, 4);
      const source = cold('ab-#          ');
      const expected = '   --------(b#)';
      const options = { maxBatchRecords: 1, maxInFlightRequests: 1 };
      expectObservable(source.pipe(put(client, options), valueOf)).toBe(expected);
    }),
  );

  it(
    'should pass the error of the source, also where the stream cannot be had after it',
    marbles(({ cold, expectObservable }) => {
      const client = { send: () => timer(5).pipe(mergeMap(() => throwError(() => awsError('AccessDeniedException')))) };
      expectObservable(
        cold('ab-#').pipe(toKinesis('orders', { client, codec: text(), createStream: { shards: 1 } })),
      ).toBe('-----#');
    }),
  );

  it(
    'should write what waits when the source completes, and then complete',
    marbles(({ cold, expectObservable }) => {
      const source = cold('ab-|      ');
      const expected = '   ----(ab|)';
      expectObservable(source.pipe(put(scripted()), valueOf)).toBe(expected);
    }),
  );

  it(
    'should abort requests and stop timers when it is unsubscribed',
    marbles(({ cold, expectSubscriptions, flush }) => {
      const client = scripted(() => 'hang');
      const source = cold('ab---c');
      const seen = watch(source.pipe(put(client, { lingerMs: 3 })));
      asyncScheduler.schedule(() => seen.subscription.unsubscribe(), 6);
      expectSubscriptions(source.subscriptions).toBe('^-----!');
      flush();
      expect(client.batches).to.deep.equal([['a', 'b']]);
      expect(client.aborted).to.equal(1);
      expect(client.inFlight).to.equal(0);
    }),
  );

  it('should leave no timer behind when it is unsubscribed: to linger, to expire, to try again, to give up a request', () => {
    const scheduler = new VirtualTimeScheduler();
    const client = new ScriptedClient(scheduler, (_, call) => (call === 1 ? [refused('InternalFailure')] : 'hang'));
    const results = concat(from('abcd'), NEVER).pipe(put(client, { scheduler, maxBatchRecords: 2 }));
    const subscription = results.subscribe();
    const timers = () => scheduler.actions.filter(({ closed }) => !closed).length;
    scheduler.maxFrames = 10;
    scheduler.flush();
    expect(timers()).to.be.at.least(4);
    subscription.unsubscribe();
    expect(timers()).to.equal(0);
  });

  it(
    'should not take what a key function unsubscribes from',
    marbles(({ flush }) => {
      const { record, inHand } = hands();
      const [client, events] = [scripted(), [] as Diagnostic[]];
      const inputs = new Subject<KinesisRecord<string>>();
      const results = inputs.pipe(
        toKinesis('orders', {
          codec: text(),
          client,
          partitionKey(value) {
            if (value.data === 'b') subscription.unsubscribe();
            return 'key';
          },
          onDiagnostic: (event) => void events.push(event),
        }),
      );
      const subscription = results.subscribe();
      for (const data of 'ab') inputs.next(record(data));
      expect(inHand()).to.equal('');
      flush();
      expect(client.requests).to.be.empty;
      expect(events.flatMap((event) => (event.type === 'queued' ? [event.records] : []))).to.deep.equal([1, 0]);
    }),
  );

  it('should come to an end at any time of day, fractions of a millisecond included', () => {
    for (let fraction = 0; fraction < 1; fraction += 0.01) {
      const clock = new VirtualClock(1_000 + fraction);
      const inputs = new Subject<string>();
      const results: unknown[] = [];
      inputs
        .pipe(
          toKinesis('orders', {
            client: { send: () => NEVER },
            codec: text(),
            scheduler: clock,
            onFailure: 'emit',
            ttlMs: 300,
            lingerMs: 33,
            maxInFlightRequests: 1,
            maxBatchRecords: 1,
          }),
        )
        .subscribe((result) => results.push(result));
      inputs.next('a');
      clock.pass(7.1);
      inputs.next('b');
      clock.pass(2_000);
      expect(results, `at ${fraction}`).to.have.lengthOf(1);
    }
  });

  it(
    'should send nothing again when who listens to a request unsubscribes',
    marbles(({ cold, flush }) => {
      const client = scripted(() => [refused('InternalFailure')]);
      const events: string[] = [];
      const onDiagnostic = ({ type }: Diagnostic) => {
        events.push(type);
        if (type === 'put') seen.subscription.unsubscribe();
      };
      const seen = watch(cold('(a|)').pipe(put(client, { onDiagnostic })));
      flush();
      expect(events.slice(events.indexOf('put'))).to.deep.equal(['put', 'queued', 'refused']);
      expect(client.requests).to.have.lengthOf(1);
    }),
  );

  it(
    'should stop a synchronous source when downstream has closed',
    marbles(() => {
      let produced = 0;
      const source = new Observable<string>((subscriber) => {
        while (!subscriber.closed && produced < 100) subscriber.next(String(produced++));
      });
      source.pipe(put(scripted(undefined, 0), { maxBatchRecords: 1 }), take(3)).subscribe();
      expect(produced).to.equal(3);
    }),
  );

  it(
    'should share no state between subscribers',
    marbles(({ cold, flush }) => {
      const client = scripted();
      const result = cold('ab|').pipe(put(client), valueOf);
      const [one, other]: string[][] = [[], []];
      result.subscribe((value) => one!.push(value));
      result.subscribe((value) => other!.push(value));
      flush();
      expect(client.batches).to.deep.equal([
        ['a', 'b'],
        ['a', 'b'],
      ]);
      expect([one, other]).to.deep.equal([
        ['a', 'b'],
        ['a', 'b'],
      ]);
    }),
  );

  describe('batches', () => {
    it(
      'should be sent when they are full of records',
      marbles(({ cold, flush }) => {
        const client = scripted();
        cold('(abcde)')
          .pipe(put(client, { maxBatchRecords: 2 }))
          .pipe(take(5))
          .subscribe();
        flush();
        expect(client.requests).to.deep.equal([
          { at: 0, data: ['a', 'b'] },
          { at: 0, data: ['c', 'd'] },
          { at: 100, data: ['e'] },
        ]);
      }),
    );

    it(
      'should be sent when they are full of bytes, keys counted',
      marbles(({ cold, flush }) => {
        const client = scripted();
        const inputs = cold('(abcd|)', { a: 'aaaa', b: 'bbbb', c: 'cccc', d: 'dddddddddddddd' });
        watch(inputs.pipe(put(client, { maxBatchBytes: 10, partitionKey: () => 'k' })));
        flush();
        expect(client.batches).to.deep.equal([['aaaa', 'bbbb'], ['cccc'], ['dddddddddddddd']]);
      }),
    );

    it(
      'should be sent when their oldest record has lingered, counted from its own arrival',
      marbles(({ cold, flush }) => {
        const client = scripted();
        watch(cold('(abc) 5ms d').pipe(put(client, { maxBatchRecords: 2, lingerMs: 20 })));
        flush();
        expect(client.requests).to.deep.equal([
          { at: 0, data: ['a', 'b'] },
          { at: 10, data: ['c', 'd'] },
        ]);
      }),
    );

    it(
      'should be sent when the notifier emits',
      marbles(({ cold, hot, flush }) => {
        const client = scripted();
        watch(cold('ab---c').pipe(put(client, { flush: hot('---x|') })));
        flush();
        expect(client.requests).to.deep.equal([
          { at: 3, data: ['a', 'b'] },
          { at: 105, data: ['c'] },
        ]);
      }),
    );

    it(
      'should pass an error of the notifier',
      marbles(({ hot, expectObservable }) => {
        expectObservable(NEVER.pipe(put(scripted(), { flush: hot('--#') }))).toBe('--#');
      }),
    );

    it(
      'should be under way maxInFlightRequests at a time',
      marbles(({ flush }) => {
        const client = scripted(undefined, 10);
        const inputs = from('abcdefgh');
        watch(inputs.pipe(put(client, { maxBatchRecords: 1, maxInFlightRequests: 3 })));
        flush();
        expect(client.maxInFlight).to.equal(3);
        expect(client.requests.map(({ at }) => at)).to.deep.equal([0, 0, 0, 10, 10, 10, 20, 20]);
      }),
    );

    it(
      'should let a flush cover what was put before it, while new records keep coming (pitfall 44)',
      marbles(({ hot, flush }) => {
        const client = scripted(undefined, 10);
        const seen = watch(
          timer(0, 1).pipe(
            map((n) => String(n)),
            put(client, { flush: hot('-----x'), lingerMs: 60_000, maxInFlightRequests: 1 }),
            take(5),
          ),
        );
        flush();
        expect(client.requests[0]).to.deep.equal({ at: 5, data: ['0', '1', '2', '3', '4'] });
        expect(client.requests).to.have.lengthOf(1);
        expect(seen.completedAt).to.equal(15);
      }),
    );
  });

  describe('retry', () => {
    it(
      'should send again only what was refused, with backoff (pitfall 40)',
      marbles(({ cold, flush }) => {
        const client = scripted((entries, call) =>
          entries.map((_, index) => (call <= 3 && index === 0 ? refused('InternalFailure') : accepted(index))),
        );
        const seen = watch(cold('(abc|)').pipe(put(client)));
        flush();
        expect(client.requests).to.deep.equal([
          { at: 0, data: ['a', 'b', 'c'] },
          { at: 100, data: ['a'] },
          { at: 300, data: ['a'] },
          { at: 700, data: ['a'] },
        ]);
        expect(seen.results.map(({ value, attempts }) => `${value}${attempts}`)).to.deep.equal(['b1', 'c1', 'a4']);
      }),
    );

    it(
      'should send again what no code, an unknown code, or no entry at all speaks of (pitfall 37)',
      marbles(({ cold, flush }) => {
        const client = scripted((entries, call) =>
          call === 1 ? [{}, refused('BrandNewException'), accepted()] : entries.map((_, index) => accepted(index)),
        );
        const seen = watch(cold('(abcd|)').pipe(put(client)));
        flush();
        expect(client.batches).to.deep.equal([
          ['a', 'b', 'c', 'd'],
          ['a', 'b', 'd'],
        ]);
        expect(seen.results.map(({ value, error }) => [value, error])).to.deep.equal([
          ['c', undefined],
          ['a', undefined],
          ['b', undefined],
          ['d', undefined],
        ]);
      }),
    );

    it(
      'should not mind an answer with more entries than the request',
      marbles(({ cold, flush }) => {
        const seen = watch(cold('(a|)').pipe(put(scripted(() => [accepted(1), accepted(2)]))));
        flush();
        expect(seen.results).to.have.lengthOf(1);
        expect(seen.completedAt).to.equal(1);
      }),
    );

    it(
      'should send a request again that failed as a whole, and one without an answer',
      marbles(({ cold, flush }) => {
        const client = scripted((entries, call) => {
          if (call === 1) return awsError('InternalFailure', 500);
          if (call === 2) return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
          return call === 3 ? 'hang' : entries.map((_, index) => accepted(index));
        });
        const seen = watch(cold('(ab|)').pipe(put(client, { requestTimeoutMs: 1_000 })));
        flush();
        expect(client.requests.map(({ at }) => at)).to.deep.equal([0, 100, 300, 300 + 1_000 + 400]);
        expect(client.aborted).to.equal(1);
        expect(seen.results.map(({ attempts }) => attempts)).to.deep.equal([4, 4]);
      }),
    );

    it(
      'should go on when a client completes without an answer',
      marbles(({ cold, flush }) => {
        const script = [EMPTY, from([{ Records: [accepted()] }])];
        const send = (command: unknown) => (command instanceof PutRecordsCommand ? script.shift() : undefined) ?? EMPTY;
        const seen = watch(cold('(a|)').pipe(put({ send } as unknown as ScriptedClient)));
        flush();
        expect(seen.results.map(({ attempts }) => attempts)).to.deep.equal([2]);
      }),
    );

    it(
      'should put records that are tried again before those that were not',
      marbles(({ cold, flush }) => {
        const client = scripted((entries, call) =>
          call === 1 ? [refused('InternalFailure')] : entries.map(accepted0),
        );
        watch(cold('a 98ms b 20ms (c|)').pipe(put(client, { lingerMs: 0, maxInFlightRequests: 1 })));
        flush();
        expect(client.batches.flat()).to.deep.equal(['a', 'b', 'a', 'c']);
      }),
    );

    it(
      'should end with ttlMs, counted from the arrival, with the last cause',
      marbles(({ cold, flush }) => {
        const client = scripted((entries) => entries.map(() => refused('ProvisionedThroughputExceededException')));
        const seen = watch(cold('5ms (a|)').pipe(put(client, { ttlMs: 1_000, onFailure: 'emit' })));
        flush();
        expect(seen.at).to.deep.equal([1_050]);
        const { error, attempts } = seen.results[0]!;
        expect(error).to.be.instanceOf(PutFailedError);
        expect(error!.retryable).to.be.true;
        expect(error!.message).to.match(
          /not written to stream orders: ttlMs is 1000, after \d attempt\(s\)\. The last/,
        );
        expect(error!.cause).to.include({ awsName: 'ProvisionedThroughputExceededException', kind: 'throttle' });
        expect(attempts).to.equal(4);
        expect(seen.completedAt).to.equal(1_050);
      }),
    );

    it(
      'should end with ttlMs for records that never had their turn',
      marbles(({ flush }) => {
        const client = scripted(() => 'hang');
        const options = { ttlMs: 1_000, maxBatchRecords: 1, maxInFlightRequests: 1, onFailure: 'emit' } as const;
        const seen = watch(from('ab').pipe(put(client, { ...options, requestTimeoutMs: 5_000 })));
        flush();
        expect(seen.results.map(({ value, attempts }) => `${value}${attempts}`)).to.deep.equal(['b0', 'a1']);
        expect(seen.at).to.deep.equal([1_000, 5_000]);
        expect(seen.results[0]!.error!.cause).to.be.undefined;
        expect(seen.results[1]!.error!.cause).to.include({ awsName: 'timeout' });
      }),
    );

    it(
      'should end with ttlMs of each, for those that were never sent and those that were',
      marbles(({ cold, flush }) => {
        const client = scripted((_, call) => (call <= 2 ? [refused('InternalFailure')] : 'hang'));
        const options = { ttlMs: 1_000, maxBatchRecords: 1, maxInFlightRequests: 1, onFailure: 'emit' } as const;
        const inputs = cold('a 9ms b 9ms c 9ms d 9ms e');
        const seen = watch(inputs.pipe(put(client, { ...options, requestTimeoutMs: 5_000 })));
        flush();
        expect(seen.results.map(({ value, attempts }) => `${value}${attempts}`)).to.deep.equal([
          'a1',
          'b1',
          'd0',
          'e0',
          'c1',
        ]);
        expect(seen.at).to.deep.equal([1_000, 1_010, 1_030, 1_040, 5_020]);
      }),
    );

    it(
      'should end with maxAttempts',
      marbles(({ cold, flush }) => {
        const client = scripted((entries) => entries.map(() => refused('InternalFailure')));
        const seen = watch(cold('(a|)').pipe(put(client, { maxAttempts: 3 })));
        flush();
        expect(client.requests).to.have.lengthOf(3);
        expect(seen.error).to.be.instanceOf(PutFailedError).and.include({ attempts: 3, value: 'a' });
      }),
    );

    it(
      'should not try again what cannot be cured, of a request or of a record',
      marbles(({ cold, flush }) => {
        const client = scripted((_, call) =>
          call === 1 ? [refused('KMSDisabledException'), accepted()] : awsError('AccessDeniedException'),
        );
        const seen = watch(cold('(abcd|)').pipe(put(client, { maxBatchRecords: 2, onFailure: 'emit' })));
        flush();
        expect(client.requests).to.have.lengthOf(2);
        expect(seen.results.map(({ value }) => value)).to.deep.equal(['b', 'a', 'c', 'd']);
        expect(seen.results[1]!.error!.cause).to.include({ awsName: 'KMSDisabledException', kind: 'fatal' });
        expect(seen.results[2]!.error!.cause)
          .to.be.instanceOf(KinesisServiceError)
          .and.include({ awsName: 'AccessDeniedException' });
        expect(seen.results[2]!.error!.retryable).to.be.false;
      }),
    );

    it(
      'should keep the partition key over attempts, and spread keys that it makes',
      marbles(({ flush }) => {
        const client = scripted((entries, call) =>
          call === 1 ? [refused('InternalFailure')] : entries.map(accepted0),
        );
        watch(from('abcd').pipe(put(client, { random: Math.random })));
        flush();
        const [first, ...others] = client.entries.map((entries) => entries.map((entry) => entry.PartitionKey));
        expect(others.flat()).to.deep.equal(first);
        expect(new Set(first)).to.have.lengthOf(4);
      }),
    );
  });

  describe('records that cannot be sent', () => {
    const failuresOf = (inputs: string, options: ToKinesisOptions<string>) => {
      const client = scripted();
      const seen = watch(from(inputs).pipe(put(client, { onFailure: 'emit', ...options })));
      return { client, seen };
    };

    it(
      'should fail alone and at once when they are too large, naming size and limit (pitfall 38)',
      marbles(({ cold, flush }) => {
        const client = scripted();
        const inputs = cold('(abc|)', { a: 'small', b: 'x'.repeat(100), c: 'small too' });
        const seen = watch(
          inputs.pipe(put(client, { maxRecordBytes: 50, partitionKey: () => 'key', onFailure: 'emit' })),
        );
        flush();
        expect(client.batches).to.deep.equal([['small', 'small too']]);
        expect(seen.at).to.deep.equal([0, 1, 1]);
        expect(seen.results[0])
          .to.be.instanceOf(PutFailure)
          .and.include({ value: 'x'.repeat(100), attempts: 0 });
        expect(seen.results[0]!.error).to.be.instanceOf(RecordRejectedError).and.include({ reason: 'size' });
        expect(seen.results[0]!.error!.message).to.equal(
          'A record for stream orders was not sent: with partition key "key" it has 103 bytes, and maxRecordBytes is 50: make it smaller, or raise maxRecordBytes where the stream takes more.',
        );
      }),
    );

    it(
      'should fail alone for a wrong partition key',
      marbles(({ flush }) => {
        const keys: Record<string, string> = {
          a: '',
          b: 'ok',
          c: 'k'.repeat(257),
          d: '😀'.repeat(128),
          f: 'k\ud83d',
          g: '😀'.repeat(129),
        };
        const { client, seen } = failuresOf('abcdefg', { partitionKey: (value) => keys[value]! });
        flush();
        expect(client.batches).to.deep.equal([['b', 'd']]);
        const errors = seen.results.flatMap(({ error }) => error ?? []);
        expect(errors.map((error) => error instanceof RecordRejectedError && error.reason)).to.deep.equal(
          Array(5).fill('partitionKey'),
        );
        expect(errors[0]!.message).to.contain('must be a string of 1 to 256 characters (UTF-16 units); got ""');
        expect(errors[1]!.message).to.match(/got "k+\.\.\.", of 257/);
        expect(errors[2]!.message).to.contain('got undefined');
        expect(errors[3]!.message).to.contain('half a surrogate pair; got "k\\ud83d"');
        expect(errors[4]!.message).to.contain(', of 258');
      }),
    );

    it(
      'should fail alone for a wrong explicit hash key',
      marbles(({ flush }) => {
        const keys = [String(2n ** 128n), '007', '-1', '', 'abc', String(2n ** 128n - 1n), '0', undefined];
        const { client, seen } = failuresOf('01234567', { explicitHashKey: (value) => keys[Number(value)] });
        flush();
        expect(client.batches).to.deep.equal([['5', '6', '7']]);
        expect(client.entries[0]!.map(({ ExplicitHashKey }) => ExplicitHashKey)).to.deep.equal(keys.slice(5));
        expect(seen.results[0]!.error!.message).to.contain(
          'decimal digits below 2^128, without leading zeros; got "3402823669',
        );
      }),
    );

    it(
      'should fail alone for an explicit hash key of another type, and say which',
      marbles(({ flush }) => {
        const keys = [5n, 5] as unknown as string[];
        const { seen } = failuresOf('01', { explicitHashKey: (value) => keys[Number(value)] });
        flush();
        expect(seen.results.map(({ error }) => error!.message.replace(/.* zeros; /, ''))).to.deep.equal([
          'got 5n, of type bigint.',
          'got 5, of type number.',
        ]);
      }),
    );

    it(
      'should fail alone when a key function or the codec throws',
      marbles(({ cold, flush }) => {
        const client = scripted();
        const cause = new Error('no key');
        const seen = watch(
          cold<unknown>('(abc|)', { a: { id: 1 }, b: { id: 2 }, c: undefined }).pipe(
            toKinesis('orders', {
              codec: json(),
              client,
              partitionKey(value) {
                if ((value as { id: number } | undefined)?.id === 1) throw cause;
                return 'key';
              },
              onFailure: 'emit',
            }),
          ),
        );
        flush();
        expect(client.batches).to.deep.equal([['{"id":2}']]);
        expect(seen.results[0]!.error).to.include({ reason: 'partitionKey', cause });
        expect(seen.results[1]!.error)
          .to.be.instanceOf(EncodeError)
          .and.include({ partitionKey: 'key', codec: 'json' });
      }),
    );

    it(
      'should error with the first of them unless failures are emitted',
      marbles(({ cold, flush }) => {
        const client = scripted();
        const source = cold('ab-c', { a: 'a', b: 'too long', c: 'c' });
        const seen = watch(source.pipe(put(client, { maxRecordBytes: 5, partitionKey: () => 'k' })));
        flush();
        expect(seen.error).to.be.instanceOf(RecordRejectedError).and.include({ value: 'too long' });
        expect(client.requests).to.be.empty;
      }),
    );

    it(
      'should take bytes without a codec, and say so of anything else',
      marbles(({ flush }) => {
        const client = scripted();
        const options = { client, onFailure: 'emit' } as const;
        watch(from([Buffer.from('bytes')]).pipe(toKinesis('orders', options)));
        const seen = watch(from(['text']).pipe(toKinesis('orders', options)));
        flush();
        expect(client.batches).to.deep.equal([['bytes']]);
        expect(seen.results[0]!.error!.message).to.contain('value must be a Uint8Array; got "text"');
      }),
    );
  });

  describe('results', () => {
    it(
      'should name their inputs, in the order of completion (pitfall 42)',
      marbles(({ cold, flush }) => {
        const client = scripted((entries, call) =>
          entries.map((_, index) => (call === 1 && index % 2 === 0 ? refused('InternalFailure') : accepted(index))),
        );
        const inputs = [{ id: 0 }, { id: 1 }, { id: 2 }, { id: 3 }];
        const seen = watch(
          cold('(abcd|)', { a: inputs[0]!, b: inputs[1]!, c: inputs[2]!, d: inputs[3]! }).pipe(
            toKinesis('orders', { codec: json<{ id: number }>(), client }),
          ),
        );
        flush();
        expect(seen.results.map(({ value }) => inputs.indexOf(value))).to.deep.equal([1, 3, 0, 2]);
      }),
    );

    it(
      'should settle the record that they copy when they are settled, and not by themselves',
      marbles(({ flush }) => {
        const record = recordFactory();
        const good = record(Buffer.from('good'), { partitionKey: 'its key', explicitHashKey: '12' });
        const bad = record(Buffer.from('bad'), { partitionKey: 'x'.repeat(60) });
        const client = scripted();
        const seen = watch(
          from([good, bad]).pipe(toKinesis('copy', { client, maxRecordBytes: 20, onFailure: 'emit' })),
        );
        flush();
        expect(client.entries[0]).to.deep.equal([
          { Data: Buffer.from('good'), PartitionKey: 'its key', ExplicitHashKey: '12' },
        ]);
        expect(record.settled).to.be.empty;
        for (const result of seen.results) if (!result.error) result.settle();
        expect(record.settled).to.deep.equal([good]);
        expect(seen.results.find(({ error }) => error))
          .to.include({ value: bad })
          .and.not.have.property('settle');
      }),
    );

    it(
      'should hold a record while it is being written, and no longer',
      marbles(({ cold, flush }) => {
        const calls: string[] = [];
        const delivery: Delivery = {
          origin: recordFactory()('').origin,
          settle: (index) => calls.push(`settle ${index}`),
          settleThrough: () => undefined,
          hold: (index) => calls.push(`hold ${index}`),
          unhold: (index) => calls.push(`unhold ${index}`),
          deliveredMs: () => undefined,
        };
        const [good, bad] = [1, 20].map(
          (length, index) => new KinesisRecord(recordFactory()(''), Buffer.alloc(length), delivery, index),
        );
        cold('(ab|)', { a: good!, b: bad! })
          .pipe(
            toKinesis('copy', { client: scripted(), maxRecordBytes: 10, onFailure: 'emit' }),
            tap(({ error }) => calls.push(error ? 'failed' : 'written')),
          )
          .subscribe();
        flush();
        expect(calls).to.deep.equal(['hold 0', 'failed', 'unhold 0', 'written']);
      }),
    );

    it(
      'should be in order when downstream puts back in from within a result',
      marbles(({ flush }) => {
        const inputs = new Subject<string>();
        const client = scripted(undefined, 0);
        const written: string[] = [];
        let isComplete = false;
        inputs.pipe(put(client, { maxBatchRecords: 1 }), valueOf).subscribe({
          next(value) {
            written.push(value);
            if (written.length < 1_000) inputs.next(String(written.length));
            else inputs.complete();
          },
          complete: () => (isComplete = true),
        });
        inputs.next('0');
        flush();
        expect(written).to.deep.equal(Array.from({ length: 1_000 }, (_, index) => String(index)));
        expect(isComplete).to.be.true;
      }),
    );
  });

  describe('records in hand', () => {
    const write = (client: ScriptedClient, options: ToKinesisOptions<KinesisRecord<string>>) =>
      toKinesis<KinesisRecord<string>>('orders', { codec: text(), client, onFailure: 'emit', ...options });

    it(
      'should be let go when it is torn down: in the queue, in a request, waiting for a retry',
      marbles(({ flush }) => {
        const { record, inHand } = hands();
        const client = scripted((_, call) => {
          if (call === 1) return [accepted()];
          return call === 2 ? [refused('InternalFailure')] : 'hang';
        });
        const records = ['a', 'b', 'c', 'd'].map((data) => record(data));
        const results = new Observable<KinesisRecord<string>>((subscriber) => {
          for (const each of records) subscriber.next(each);
        }).pipe(write(client, { maxBatchRecords: 1, maxInFlightRequests: 1, random: () => 0.99, ttlMs: 60_000 }));
        const subscription = results.subscribe(({ value }) => value.hold());
        asyncScheduler.schedule(() => {
          expect(client.batches).to.deep.equal([['a'], ['b'], ['c']]);
          expect(inHand()).to.equal('bcda');
          subscription.unsubscribe();
          expect(inHand()).to.equal('a');
        }, 10);
        flush();
      }),
    );

    it(
      'should not be one for which there was no room',
      marbles(({ flush }) => {
        const { record, inHand } = hands();
        const held: string[] = [];
        from([record('a'), Object.assign(record('b'), { hold: () => held.push('b') })])
          .pipe(
            write(
              scripted(() => 'hang'),
              { maxBufferedRecords: 1 },
            ),
          )
          .subscribe({ error: (error: unknown) => expect(error).to.be.instanceOf(BufferFullError) });
        flush();
        expect(held).to.be.empty;
        expect(inHand()).to.equal('');
      }),
    );
  });

  describe('bounds', () => {
    it(
      'should error when too many records have no result, saying what to do (pitfall 40)',
      marbles(({ flush }) => {
        const client = scripted(() => 'hang');
        const seen = watch(from('abcd').pipe(put(client, { maxBufferedRecords: 3, maxBatchRecords: 1 })));
        flush();
        expect(seen.error)
          .to.be.instanceOf(BufferFullError)
          .and.include({ option: 'maxBufferedRecords', bufferedRecords: 3, value: 'd' });
        expect((seen.error as Error).message)
          .to.contain('maxBufferedRecords is 3')
          .and.to.contain('slow the source down');
        expect(client.inFlight).to.equal(0);
      }),
    );

    it(
      'should count bytes, and take one that is larger than the bound when it is alone',
      marbles(({ cold, flush }) => {
        const large = 'x'.repeat(50);
        const inputs = cold('a 200ms (bc)', { a: large, b: 'b', c: large });
        const seen = watch(inputs.pipe(put(scripted(), { maxBufferedBytes: 10, partitionKey: () => 'k' })));
        flush();
        expect(seen.results.map(({ value }) => value)).to.deep.equal([large]);
        expect(seen.error).to.include({ option: 'maxBufferedBytes', value: large });
      }),
    );

    it(
      'should have room again for what has its result',
      marbles(({ flush }) => {
        const seen = watch(
          timer(0, 1).pipe(
            take(100),
            map((n) => String(n)),
            put(scripted(), { maxBufferedRecords: 3, maxBatchRecords: 1 }),
          ),
        );
        flush();
        expect(seen.results).to.have.lengthOf(100);
      }),
    );
  });

  describe('diagnostics', () => {
    it(
      'should count what was accepted of a request that failed in parts, and let the queue fall to 0 (pitfall 41)',
      marbles(({ cold, flush }) => {
        const client = scripted((entries, call) =>
          entries.map((_, index) => (call === 1 && index < 2 ? refused('InternalFailure') : accepted(index))),
        );
        const events: Diagnostic[] = [];
        const result = cold('(abc|)').pipe(
          put(client, { partitionKey: () => 'key' }),
          tapDiagnostics<PutResult<string>>((event) => events.push(event)),
        );
        watch(result);
        flush();
        const streamName = 'orders';
        expect(events[0]).to.include({ type: 'mapFailed', streamName, attempt: 1, delayMs: 60_000 });
        expect(events.slice(1)).to.deep.equal([
          { type: 'queued', streamName, records: 1, bytes: 4 },
          { type: 'queued', streamName, records: 2, bytes: 8 },
          { type: 'queued', streamName, records: 3, bytes: 12 },
          { type: 'queued', streamName, records: 3, bytes: 12 },
          put1({
            records: 3,
            userRecords: [1, 1, 1],
            acceptedRecords: 1,
            acceptedBytes: 1,
            buffered: [{ ms: 0, records: 3 }],
          }),
          {
            type: 'refused',
            streamName,
            errorType: 'InternalFailure',
            records: 2,
            isThrottle: false,
            isWholeRequest: false,
          },
          { type: 'retrying', streamName, records: 2, attempt: 1, delayMs: 99 },
          { type: 'queued', streamName, records: 2, bytes: 8 },
          put1({ records: 2, userRecords: [1, 1], acceptedRecords: 2, acceptedBytes: 2, buffered: [] }),
          { type: 'queued', streamName, records: 0, bytes: 0 },
        ]);
      }),
    );

    it(
      'should tell of a request that failed and of records that were given up',
      marbles(({ cold, flush }) => {
        const events: Diagnostic[] = [];
        const onDiagnostic = (event: Diagnostic) => void events.push(event);
        const client = scripted(() => awsError('AccessDeniedException'));
        const seen = watch(cold('(ab|)').pipe(put(client, { onDiagnostic, onFailure: 'emit' })));
        flush();
        const of = (type: string) => events.filter((event) => event.type === type);
        expect(of('put')).to.have.lengthOf(1);
        expect(of('put')[0]).to.have.property('error').that.is.instanceOf(KinesisServiceError);
        expect(of('refused')).to.deep.equal([
          {
            type: 'refused',
            streamName: 'orders',
            errorType: 'AccessDeniedException',
            records: 2,
            isThrottle: false,
            isWholeRequest: true,
          },
        ]);
        expect(of('putFailed')).to.deep.equal(
          seen.results.map(({ error, attempts }) => ({ type: 'putFailed', streamName: 'orders', error, attempts })),
        );
      }),
    );
  });

  describe('against FakeKinesis', () => {
    it(
      'should write to every shard, and have each record there once',
      marbles(({ flush }) => {
        const fake = new FakeKinesis({ scheduler: asyncScheduler, streams: { orders: { shards: 4 } } });
        const inputs = Array.from({ length: 3_000 }, (_, index) => String(index));
        const seen = watch(from(inputs).pipe(toKinesis('orders', { codec: text(), client: fake })));
        flush();
        expect(seen.results.map(({ value }) => value)).to.have.members(inputs);
        expect(new Set(seen.results.map(({ shardId }) => shardId))).to.have.lengthOf(4);
      }),
    );

    it(
      'should outlive throttling, failing requests and failing entries',
      marbles(({ flush }) => {
        const fake = new FakeKinesis({ scheduler: asyncScheduler, streams: { orders: { shards: 2 } } });
        fake.throttle({ stream: 'orders', forMs: 2_000 });
        fake.failEntries({ times: 700, code: 'BrandNewException' });
        fake.fail({ operation: 'PutRecords', times: 3 });
        const inputs = Array.from({ length: 4_000 }, (_, index) => String(index));
        const seen = watch(from(inputs).pipe(toKinesis('orders', { codec: text(), client: fake })));
        flush();
        expect(seen.error).to.be.undefined;
        expect(seen.results.map(({ value }) => value)).to.have.members(inputs);
        expect(seen.completedAt).to.be.greaterThan(2_000);
      }),
    );

    it(
      'should error with the cause when the stream does not exist',
      marbles(({ cold, flush }) => {
        const fake = new FakeKinesis({ scheduler: asyncScheduler });
        const seen = watch(cold('(a|)').pipe(toKinesis('orders', { codec: text(), client: fake })));
        flush();
        expect(seen.error).to.be.instanceOf(PutFailedError).and.have.nested.include({
          'cause.awsName': 'ResourceNotFoundException',
        });
      }),
    );
  });

  describe('options', () => {
    const making = (options: unknown) => () => toKinesis('orders', options as ToKinesisOptions<Uint8Array>);

    it('should be checked when the operator is made', () => {
      expect(making({ lingerMs: -1 })).to.throw(RangeError, 'lingerMs must be an integer from 0 to 60000; got -1');
      expect(making({ maxBatchRecords: 501 })).to.throw(RangeError, 'maxBatchRecords must be an integer from 1 to 500');
      expect(making({ maxBatchBytes: 0 })).to.throw(RangeError, 'maxBatchBytes must be an integer from 1 to 10485760');
      expect(making({ maxRecordBytes: 2 ** 30 })).to.throw(RangeError, 'maxRecordBytes');
      expect(making({ maxAttempts: 0 })).to.throw(RangeError, 'maxAttempts must be an integer from 1 to Infinity');
      expect(making({ ttlMs: '30' })).to.throw(TypeError, 'ttlMs must be an integer from 1 to 86400000; got "30"');
      expect(making({ backoff: { initialMs: 0 } })).to.throw(RangeError, 'backoff.initialMs');
      expect(making({ backoff: { initialMs: 10, maxMs: 9 } })).to.throw(RangeError, 'from 10 to 300000; got 9');
      expect(making({ backoff: { max: 9 } })).to.throw(TypeError, 'backoff has no option "max"');
      expect(making({ scheduler: 'async' })).to.throw(TypeError, 'scheduler must be a SchedulerLike of RxJS');
      expect(making({ random: 0.5 })).to.throw(TypeError, 'random must be a function; got 0.5');
      expect(making({ codec: 'json' })).to.throw(TypeError, 'codec must have a method encode; got "json"');
      expect(making({ partitionKey: 'id' })).to.throw(TypeError, 'partitionKey must be a function; got "id"');
      expect(making({ onFailure: 'drop' })).to.throw(TypeError, `onFailure must be 'error' or 'emit'; got "drop"`);
      expect(making({ flush: 5 })).to.throw(TypeError, 'flush must be an Observable');
      expect(making({ client: 'eu-west-1' })).to.throw(TypeError, 'client must be');
      expect(() => toKinesis('my orders')).to.throw(TypeError, 'stream must have a name');
    });
  });

  it('should have types that follow from the options', () => {
    const source = EMPTY as Observable<{ readonly id: string }>;
    const written: Observable<string> = source.pipe(
      toKinesis('orders', { codec: json(), partitionKey: (order) => order.id }),
      map(({ sequenceNumber, value }) => sequenceNumber + value.id),
    );
    const failed: Observable<Error | undefined> = source.pipe(
      toKinesis('orders', { codec: json(), onFailure: 'emit' }),
      map(({ error }) => error),
    );
    expect([written, failed]).to.have.lengthOf(2);
  });
});

const accepted0 = () => accepted();

const put1 = (counts: {
  records: number;
  userRecords: number[];
  acceptedRecords: number;
  acceptedBytes: number;
  buffered: TimedRecords[];
}) => ({
  type: 'put',
  streamName: 'orders',
  ...counts,
  durationMs: 1,
  error: undefined,
});
