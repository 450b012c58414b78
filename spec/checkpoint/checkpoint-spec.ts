import { expect } from 'chai';
import {
  concatMap,
  delayWhen,
  EMPTY,
  filter,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  range,
  retry,
  Subject,
  take,
  tap,
  throwError,
  timer,
  withLatestFrom,
} from 'rxjs';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { memoryCheckpoints } from '../../src/checkpoint/memoryCheckpoints.ts';
import { fromKinesis } from '../../src/consumer/fromKinesis.ts';
import { CheckpointStoreError } from '../../src/errors/CheckpointStoreError.ts';
import { PutFailedError } from '../../src/errors/PutFailedError.ts';
import { PutFailure, PutSuccess } from '../../src/producer/PutResult.ts';
import { filterData } from '../../src/record/filterData.ts';
import type { KinesisRecord } from '../../src/record/KinesisRecord.ts';
import { faultyCheckpoints } from '../../src/testing/faultyCheckpoints.ts';
import { recordFactory } from '../../src/testing/recordFactory.ts';
import { checkpointOf, shard, textOf, workbench } from '../consumer/workbench.ts';
import { marbles } from '../support/marbles.ts';
import { dataOf, records } from '../support/records.ts';

describe('checkpoint', () => {
  it(
    'should settle each record that arrives, and pass it on',
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const make = recordFactory();
      const source = cold('  -a-b-c-|');
      const subscription = ' ^------!';
      const expected = '     -a-b-c-|';
      const result = source.pipe(
        records(make),
        checkpoint(),
        map((record) => (make.isSettled(record) ? record.data : 'unsettled')),
      );
      expectObservable(result).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subscription);
      flush();
      expect(make.settled.map(dataOf)).to.deep.equal(['a', 'b', 'c']);
    }),
  );

  it('should say nothing of what comes after a record that is on its way, then all at once', () => {
    const { clock, put, read, store } = workbench();
    const [, b, c] = put(shard(0), 'a', 'b', 'c');
    const waits: Record<string, number> = { a: 2_000, b: 100, c: 4_000 };
    const reader = read({
      pipe: (source) =>
        source.pipe(
          delayWhen((record) => timer(waits[textOf(record)] ?? 0, clock)),
          checkpoint({ intervalMs: 10 }),
        ),
    });
    clock.pass(1_500);
    expect(reader.emitted.map((record) => textOf(record as KinesisRecord))).to.deep.equal(['b']);
    expect(checkpointOf(store, shard(0))).to.equal('TRIM_HORIZON');
    clock.pass(1_000);
    expect(checkpointOf(store, shard(0))).to.equal(b!.sequenceNumber);
    clock.pass(2_000);
    expect(checkpointOf(store, shard(0))).to.equal(c!.sequenceNumber);
  });

  it('should write at its interval', () => {
    const { clock, put, read, store } = workbench();
    const [a] = put(shard(0), 'a');
    read({ pipe: (source) => source.pipe(checkpoint({ intervalMs: 20_000 })) });
    clock.pass(19_000);
    expect(checkpointOf(store, shard(0))).to.equal('TRIM_HORIZON');
    clock.pass(2_000);
    expect(checkpointOf(store, shard(0))).to.equal(a!.sequenceNumber);
  });

  it('should write at its interval before any record has arrived, and so again after retry()', () => {
    const { clock, put, read, store } = workbench();
    let failing = true;
    read({
      pipe: (source) =>
        source.pipe(
          tap((record) => {
            if (failing && textOf(record) === 'c') {
              failing = false;
              throw new Error('once');
            }
          }),
          retry({ delay: () => timer(1_000, clock) }),
          filterData(() => false),
          checkpoint({ intervalMs: 100 }),
        ),
    });
    const [, b] = put(shard(0), 'a', 'b');
    clock.pass(1_500);
    expect(checkpointOf(store, shard(0))).to.equal(b!.sequenceNumber);
    put(shard(0), 'c');
    clock.pass(2_500);
    const [, e] = put(shard(0), 'd', 'e');
    clock.pass(1_500);
    expect(failing).to.be.false;
    expect(checkpointOf(store, shard(0))).to.equal(e!.sequenceNumber);
  });

  it('should leave its rhythm to the checkpoint() nearest to the source', () => {
    const { clock, put, read, store } = workbench();
    read({ pipe: (source) => source.pipe(checkpoint({ intervalMs: 100 }), checkpoint({ when: NEVER })) });
    const [a] = put(shard(0), 'a');
    clock.pass(1_500);
    expect(checkpointOf(store, shard(0))).to.equal(a!.sequenceNumber);
  });

  it('should leave a source without a store alone whose records do not reach it', () => {
    const { clock, put, read, store, fake } = workbench();
    const prices = fromKinesis('orders', { client: fake, scheduler: clock });
    const reader = read({
      pipe: (source) =>
        source.pipe(
          withLatestFrom(prices),
          map(([order]) => order),
          checkpoint({ intervalMs: 100 }),
        ),
    });
    clock.pass(1_500);
    const [a] = put(shard(0), 'a');
    clock.pass(2_500);
    const [b] = put(shard(0), 'b');
    clock.pass(2_500);
    expect(reader.error).to.be.undefined;
    expect([a, b].map((put) => put!.sequenceNumber)).to.include(checkpointOf(store, shard(0)));
  });

  it('should write after so many records, whatever the interval', () => {
    const { clock, put, read, store } = workbench();
    read({ pipe: (source) => source.pipe(checkpoint({ intervalMs: 3_600_000, maxRecords: 3 })) });
    put(shard(0), 'a', 'b');
    clock.pass(5_000);
    expect(checkpointOf(store, shard(0))).to.equal('TRIM_HORIZON');
    const [c] = put(shard(0), 'c');
    clock.pass(2_000);
    expect(checkpointOf(store, shard(0))).to.equal(c!.sequenceNumber);
  });

  it('should write when the notifier says so, and not before', () => {
    const { clock, put, read, store } = workbench();
    const when = new Subject<void>();
    read({ pipe: (source) => source.pipe(checkpoint({ when })) });
    const [a] = put(shard(0), 'a');
    clock.pass(60_000);
    expect(checkpointOf(store, shard(0))).to.equal('TRIM_HORIZON');
    when.next();
    clock.pass(10);
    expect(checkpointOf(store, shard(0))).to.equal(a!.sequenceNumber);
  });

  it('should write at the stop though the notifier is silent', () => {
    const { clock, put, read, store } = workbench();
    const until = new Subject<void>();
    const reader = read({ until, pipe: (source) => source.pipe(checkpoint({ when: NEVER })) });
    const [a] = put(shard(0), 'a');
    clock.pass(2_000);
    until.next();
    clock.pass(10);
    expect(checkpointOf(store, shard(0))).to.equal(a!.sequenceNumber);
    expect(reader.isComplete).to.be.true;
  });

  it('should settle all before a record with ordered, behind a filter that drops', () => {
    const { clock, put, read, store } = workbench();
    const [, , c] = put(shard(0), 'a', 'b', 'c', 'd');
    read({
      pipe: (source) =>
        source.pipe(
          filter((record) => textOf(record) === 'c'),
          checkpoint({ ordered: true, intervalMs: 100 }),
        ),
    });
    clock.pass(2_000);
    expect(checkpointOf(store, shard(0))).to.equal(c!.sequenceNumber);
  });

  it('should settle nothing that was dropped without ordered', () => {
    const { clock, put, read, store } = workbench();
    put(shard(0), 'a', 'b', 'c', 'd');
    const pipe = (source: Observable<KinesisRecord>) =>
      source.pipe(
        filter((record) => textOf(record) === 'c'),
        checkpoint({ intervalMs: 100 }),
      );
    read({ pipe });
    clock.pass(2_000);
    expect(checkpointOf(store, shard(0))).to.equal('TRIM_HORIZON');
  });

  it('should settle the record of a result of toKinesis, and none of a failed one', () => {
    const make = recordFactory();
    const [good, bad] = [make('good'), make('bad')];
    const results = [
      new PutSuccess(good, shard(0), '1', 0, 1),
      new PutFailure(
        bad,
        1,
        new PutFailedError('no', { attempts: 1, value: bad, cause: undefined, streamName: 'stream', retryable: false }),
      ),
    ];
    const passed: unknown[] = [];
    of(...results)
      .pipe(checkpoint())
      .subscribe((result) => passed.push(result));
    expect(passed).to.deep.equal(results);
    expect(make.settled).to.deep.equal([good]);
  });

  it('should write for every source whose records arrive', () => {
    const { clock, put, read, store } = workbench();
    const other = memoryCheckpoints();
    const when = new Subject<void>();
    const second = read({ checkpoints: other, pipe: () => NEVER });
    read({ pipe: (source) => merge(source, second.source).pipe(checkpoint({ when })) });
    const [a] = put(shard(0), 'a');
    clock.pass(2_000);
    when.next();
    clock.pass(10);
    for (const each of [store, other]) expect(checkpointOf(each, shard(0))).to.equal(a!.sequenceNumber);
  });

  it('should repeat a write that failed, and report it', () => {
    const { clock, put, read, store } = workbench();
    const [a] = put(shard(0), 'a');
    const checkpoints = faultyCheckpoints(store, [{ effect: 'fail', method: 'checkpoint', times: 2 }]);
    const reader = read({ checkpoints, pipe: (source) => source.pipe(checkpoint({ intervalMs: 1_000 })) });
    clock.pass(10_000);
    expect(reader.error).to.equal(undefined);
    expect(reader.diagnostics.filter(({ type }) => type === 'checkpointFailed')).to.have.lengthOf(2);
    expect(checkpointOf(store, shard(0))).to.equal(a!.sequenceNumber);
  });

  for (const [title, when] of [
    ['at its interval', undefined],
    ['at a notifier', true],
  ] as const) {
    it(`should error when a write ${title} fails in a way that repeating cannot cure`, () => {
      const { clock, put, read, store } = workbench();
      put(shard(0), 'a');
      const error = new CheckpointStoreError('access denied');
      const checkpoints = faultyCheckpoints(store, [{ effect: 'fail', method: 'checkpoint', error }]);
      const options = when ? { when: timer(3_000, clock) } : { intervalMs: 3_000 };
      const reader = read({ checkpoints, pipe: (source) => source.pipe(checkpoint(options)) });
      clock.pass(10_000);
      expect(reader.error).to.equal(error);
    });
  }

  it('should write once for values of the notifier that come during a write, and once more', () => {
    const { clock, put, read, store } = workbench();
    const when = new Subject<number>();
    put(shard(0), 'a');
    let writes = 0;
    const checkpoints = faultyCheckpoints(
      { ...store, checkpoint: (...call) => ((writes += 1), store.checkpoint(...call)) },
      [{ effect: 'delay', method: 'checkpoint', ms: 1_000, scheduler: clock }],
    );
    read({ checkpoints, pipe: (source) => source.pipe(checkpoint({ when })) });
    clock.pass(2_000);
    when.next(1);
    clock.pass(500);
    const [b] = put(shard(0), 'b');
    clock.pass(0);
    for (let n = 0; n < 10; n += 1) when.next(n);
    clock.pass(5_000);
    when.next(11);
    clock.pass(5_000);
    expect(checkpointOf(store, shard(0))).to.equal(b!.sequenceNumber);
    expect(writes).to.equal(2);
  });

  it(
    'should error with the error of the notifier',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  -a-b-c-|');
      const when = cold('    ----#   ');
      const expected = '     -a-b#   ';
      const subscription = ' ^---!   ';
      expectObservable(source.pipe(records(), checkpoint({ when }), map(dataOf))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subscription);
    }),
  );

  it(
    'should go on when the notifier completes',
    marbles(({ cold, expectObservable }) => {
      const source = cold('  -a-b-c-|');
      const when = cold('    --|     ');
      const expected = '     -a-b-c-|';
      expectObservable(source.pipe(records(), checkpoint({ when }), map(dataOf))).toBe(expected);
    }),
  );

  it(
    'should complete with an empty source, and leave the notifier',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const when = cold('    ----a');
      expectObservable(EMPTY.pipe(checkpoint({ when }))).toBe('|');
      expectSubscriptions(when.subscriptions).toBe('(^!)');
    }),
  );

  it(
    'should stay silent with a silent source',
    marbles(({ expectObservable }) => {
      expectObservable(NEVER.pipe(checkpoint())).toBe('-');
    }),
  );

  it(
    'should pass the error of the source on',
    marbles(({ cold, expectObservable }) => {
      const failure = new Error('of the source');
      expectObservable(cold('-a-#').pipe(records(), checkpoint(), map(dataOf))).toBe('-a-#');
      expectObservable(throwError(() => failure).pipe(checkpoint())).toBe('#', undefined, failure);
    }),
  );

  it(
    'should release source and notifier at an early unsubscribe',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  -a-b-c-|');
      const when = cold('    ---x---x');
      const unsubscribe = '  ----!   ';
      const expected = '     -a-b-   ';
      const result = source.pipe(records(), checkpoint({ when }), map(dataOf));
      expectObservable(result, unsubscribe).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(unsubscribe.replace('-', '^'));
      expectSubscriptions(when.subscriptions).toBe(unsubscribe.replace('-', '^'));
    }),
  );

  it('should stop a synchronous source once downstream has enough', () => {
    const seen: number[] = [];
    range(0, 100)
      .pipe(
        tap((n) => seen.push(n)),
        records(),
        checkpoint(),
        take(3),
      )
      .subscribe();
    expect(seen).to.deep.equal([0, 1, 2]);
  });

  it('should share no state between two subscribers', () => {
    const { clock, put, read, store } = workbench();
    const when = new Subject<void>();
    const operator = checkpoint<KinesisRecord>({ when });
    const other = memoryCheckpoints();
    const [first, second] = [store, other].map((checkpoints) =>
      read({ checkpoints, pipe: (source) => source.pipe(operator) }),
    );
    const [a] = put(shard(0), 'a');
    clock.pass(2_000);
    first!.subscription.unsubscribe();
    clock.pass(10);
    expect(checkpointOf(other, shard(0))).to.equal('TRIM_HORIZON');
    when.next();
    clock.pass(10);
    expect(checkpointOf(other, shard(0))).to.equal(a!.sequenceNumber);
    expect(second!.error).to.equal(undefined);
  });

  for (const [what, value] of [
    ['undefined', undefined],
    ['null', null],
    ['"text"', 'text'],
    ['an object', { data: 'no record' }],
    ['an object', { value: 'no record' }],
  ] as const) {
    it(`should error with TypeError for ${what}, and say what to do (${JSON.stringify(value)})`, () => {
      let error: unknown;
      (of(value) as Observable<unknown> as Observable<never>)
        .pipe(checkpoint())
        .subscribe({ error: (thrown: unknown) => (error = thrown) });
      expect(error).to.be.instanceOf(TypeError).that.has.property('message').that.includes(`got ${what}`);
      expect((error as TypeError).message).to.include('use mapData rather than map');
    });
  }

  for (const [options, wrong] of [
    [{ intervalMs: 9 }, 'intervalMs must be an integer from 10 to 3600000; got 9'],
    [{ intervalMs: '5s' }, 'intervalMs must be an integer from 10 to 3600000; got "5s"'],
    [{ maxRecords: 0 }, 'maxRecords must be an integer from 1 to 10000000; got 0'],
    [{ when: 'now' }, 'when must be an Observable or a ManualCheckpoints; got "now"'],
    [{ when: null }, 'when must be an Observable or a ManualCheckpoints; got null'],
    [{ when: NEVER, intervalMs: 100 }, 'leave intervalMs and maxRecords out'],
    [{ when: NEVER, maxRecords: 100 }, 'leave intervalMs and maxRecords out'],
    [{ ordered: 'yes' }, 'ordered must be true or false; got "yes"'],
  ] as const) {
    it(`should refuse a wrong option: ${wrong}`, () => {
      expect(() => checkpoint(options as object)).to.throw(wrong);
    });
  }

  it('should keep the type of what passes', () => {
    const make = recordFactory();
    const lengths: Observable<number> = of(make('a')).pipe(
      checkpoint(),
      concatMap((record) => of(record.data.length)),
    );
    const results: Observable<PutSuccess<KinesisRecord<string>>> = of(
      new PutSuccess(make('b'), shard(0), '1', 0, 1),
    ).pipe(checkpoint({ ordered: false }));
    // @ts-expect-error -- a number is no record
    of(1).pipe(checkpoint());
    const seen: number[] = [];
    lengths.subscribe((length) => seen.push(length));
    results.subscribe(({ value }) => seen.push(value.data.length));
    expect(seen).to.deep.equal([1, 1]);
  });
});
