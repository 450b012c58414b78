import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { defer, EMPTY, map, merge, NEVER, of, range, Subject, take, takeUntil, throwError, timer } from 'rxjs';
import type { KinesisRecord } from '../../src/record/KinesisRecord.ts';
import { processRecords } from '../../src/record/processRecords.ts';
import type { ProcessRecordsOptions } from '../../src/record/ProcessRecordsOptions.ts';
import { recordFactory } from '../../src/testing/recordFactory.ts';
import { hands } from '../support/hands.ts';
import { marbles } from '../support/marbles.ts';
import { dataOf, records } from '../support/records.ts';

/** A letter's partition key is its lower case: a and A have one. z and Z are in a shard of their own. */
const letters = (make = recordFactory()) =>
  map((data: string) =>
    make(data, { partitionKey: data.toLowerCase(), shardId: /z/i.test(data) ? 'shardId-2' : 'shardId-1' }),
  );

describe('processRecords', () => {
  it(
    'should emit each record with the outcome, records of one partition key one after the other',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  abA------|');
      const inner = cold('   ----(x|)  ');
      const subscription = ' ^--------!';
      const expected = '     ----ab--A|';
      const result = source.pipe(
        letters(),
        processRecords(({ data }) => inner.pipe(map((x) => `${data}${x}`))),
        map(dataOf),
      );
      expectObservable(result).toBe(expected, { a: 'ax', b: 'bx', A: 'Ax' });
      expectSubscriptions(source.subscriptions).toBe(subscription);
      expectSubscriptions(inner.subscriptions).toBe(['^---!', '-^---!', '----^---!']);
    }),
  );

  it(
    'should process records of one shard one after the other with order: shard',
    marbles(({ cold, expectObservable }) => {
      const source = cold('(abz|)        ');
      const expected = '   -----(az)-(b|)';
      const result = source.pipe(letters(), processRecords(after(5), { order: 'shard' }), map(dataOf));
      expectObservable(result).toBe(expected);
    }),
  );

  it(
    'should keep no order with order: none',
    marbles(({ cold, expectObservable }) => {
      const source = cold('aA----|');
      const expected = '   --A-a-|';
      const project = (record: KinesisRecord<string>) => after(record.data === 'a' ? 4 : 1)(record);
      expectObservable(source.pipe(letters(), processRecords(project, { order: 'none' }), map(dataOf))).toBe(expected);
    }),
  );

  it(
    'should not take the keys of two streams for one',
    marbles(({ cold, expectObservable }) => {
      const [one, two] = [recordFactory({ streamName: 'one' }), recordFactory({ streamName: 'two' })];
      const source = cold('(ab|)  ', { a: one('a'), b: two('b') });
      const expected = '   ---(ab|)';
      expectObservable(source.pipe(processRecords(after(3)), map(dataOf))).toBe(expected);
    }),
  );

  it(
    'should keep the order of the shard for records that tell no partition key',
    marbles(({ cold, expectObservable }) => {
      const make = recordFactory({ partitionKey: undefined });
      const source = cold('(abc|)', { a: make('a'), b: make('b'), c: make('c', { shardId: 'shardId-2' }) });
      const expected = '   -----(ac)-(b|)';
      expectObservable(source.pipe(processRecords(after(5)), map(dataOf))).toBe(expected);
    }),
  );

  it(
    'should run as many projects at a time as concurrency says',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('abcd--------|');
      const inner = cold(' ----(x|)     ');
      const expected = '   ----ab--cd--|';
      const result = source.pipe(
        letters(),
        processRecords(() => inner, { concurrency: 2 }),
        map(({ partitionKey }) => partitionKey),
      );
      expectObservable(result).toBe(expected);
      expectSubscriptions(inner.subscriptions).toBe(['^---!', '-^---!', '----^---!', '-----^---!']);
    }),
  );

  it('should take each record in hand as it arrives, so that a long wait is no stall', () => {
    const make = recordFactory();
    const held: string[] = [];
    of('a', 'b', 'c')
      .pipe(
        map((data) => Object.assign(make(data), { hold: () => held.push(data) })),
        processRecords(() => NEVER, { concurrency: 1 }),
      )
      .subscribe();
    expect(held).to.deep.equal(['a', 'b', 'c']);
  });

  it('should let go of all that it has in hand when it is torn down, and of nothing that it passed on', () => {
    const { record, inHand } = hands();
    const source = new Subject<KinesisRecord<string>>();
    const project = ({ data }: KinesisRecord<string>) => {
      if (data === 'd') return throwError(() => new Error('again'));
      return data === 'e' ? of(data) : NEVER;
    };
    const passedOn: KinesisRecord<string | undefined>[] = [];
    const original = record('e');
    const subscription = source
      .pipe(processRecords(project, { concurrency: 2, retry: { initialMs: 60_000 } }))
      .subscribe((done) => {
        passedOn.push(done);
        original.hold();
      });
    // Waiting for its retry, done and in other hands, in project, in project, behind its key, without room.
    for (const each of [record('d'), original, record('a'), record('b'), record('c', 'a'), record('f')]) {
      source.next(each);
    }
    expect(inHand()).to.equal('deabcf');
    subscription.unsubscribe();
    expect(passedOn.map(dataOf)).to.deep.equal(['e']);
    expect(inHand()).to.equal('e');
  });

  it('should let go of what it has in hand when it errors', () => {
    const { record, inHand } = hands();
    const outcome = new Subject<void>();
    merge(of(record('a'), record('b', 'a'), record('c')), NEVER)
      .pipe(processRecords(({ data }) => (data === 'a' ? outcome : NEVER)))
      .subscribe({ error: () => undefined });
    expect(inHand()).to.equal('abc');
    outcome.error(new Error('for good'));
    expect(inHand()).to.equal('');
  });

  it('should call project no more when it has closed downstream', () => {
    const { record } = hands();
    const [first, stop] = [new Subject<void>(), new Subject<void>()];
    const called: string[] = [];
    of(record('a'), record('b', 'key'), record('c', 'key'))
      .pipe(
        processRecords(
          ({ data }) => {
            called.push(data);
            if (data === 'b') stop.next();
            return data === 'a' ? first : data;
          },
          { concurrency: 1 },
        ),
        takeUntil(stop),
      )
      .subscribe();
    first.complete();
    expect(called).to.deep.equal(['a', 'b']);
  });

  it('should contain the rejection of a project that closed downstream', async () => {
    const rejections: unknown[] = [];
    const listen = (reason: unknown) => void rejections.push(reason);
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', listen);
    const stop = new Subject<void>();
    of('a')
      .pipe(
        records(),
        processRecords(async () => {
          stop.next();
          await Promise.resolve();
          throw new Error('too late');
        }),
        takeUntil(stop),
      )
      .subscribe();
    await setImmediate();
    process.off('unhandledRejection', listen);
    for (const other of others) process.on('unhandledRejection', other);
    expect(rejections).to.be.empty;
  });

  it('should start nothing for an Observable of a project that closed downstream', () => {
    let starts = 0;
    const stop = new Subject<void>();
    of('a')
      .pipe(
        records(),
        processRecords(() => {
          stop.next();
          return defer(() => of(starts++));
        }),
        takeUntil(stop),
      )
      .subscribe();
    expect(starts).to.equal(0);
  });

  it('should settle nothing that it emits', () => {
    const make = recordFactory();
    of('a', 'b')
      .pipe(
        records(make),
        processRecords(() => 1),
      )
      .subscribe();
    expect(make.settled).to.be.empty;
  });

  it(
    'should complete with an empty source',
    marbles(({ expectObservable }) => {
      expectObservable(EMPTY.pipe(processRecords(() => 1))).toBe('|');
    }),
  );

  it(
    'should stay silent with a silent source, and while an outcome is awaited',
    marbles(({ cold, expectObservable }) => {
      const never = processRecords(() => NEVER);
      expectObservable(NEVER.pipe(never)).toBe('-');
      expectObservable(cold('a-|').pipe(letters(), never)).toBe('-');
    }),
  );

  it(
    'should pass the error of the source on at once and cancel what is being processed',
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const make = recordFactory();
      const source = cold('a--#     ');
      const inner = cold(' -----(x|)');
      const expected = '   ---#     ';
      const process = processRecords(() => inner);
      expectObservable(source.pipe(letters(make), process)).toBe(expected);
      expectSubscriptions(inner.subscriptions).toBe('^--!');
      flush();
      expect(make.settled).to.be.empty;
    }),
  );

  it(
    'should release source, project and dead letter when unsubscribed, start and settle nothing then',
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const make = recordFactory();
      const source = cold('   abc--|');
      const inner = cold('    -----|');
      const letter = cold('   -----|');
      const unsubscription = '----! ';
      const tried: string[] = [];
      const project = ({ data }: KinesisRecord<string>) => {
        tried.push(data);
        return data === 'a' ? inner : throwError(() => new Error(data));
      };
      const result = source.pipe(letters(make), processRecords(project, { poison: () => letter, concurrency: 2 }));
      expectObservable(result, unsubscription).toBe('-');
      expectSubscriptions(source.subscriptions).toBe('^---!');
      expectSubscriptions(inner.subscriptions).toBe('^---!');
      expectSubscriptions(letter.subscriptions).toBe('-^--!');
      flush();
      expect(tried).to.deep.equal(['a', 'b']);
      expect(make.settled).to.be.empty;
    }),
  );

  it('should settle and start nothing when project unsubscribes, and then throws or returns something to wait for', () => {
    for (const isThrown of [true, false]) {
      const make = recordFactory();
      let subscriptions = 0;
      const source = new Subject<string>();
      const subscription = source
        .pipe(
          records(make),
          processRecords(
            () => {
              subscription.unsubscribe();
              if (isThrown) throw new Error('too late');
              return defer(() => {
                subscriptions++;
                return NEVER;
              });
            },
            { poison: 'skip' },
          ),
        )
        .subscribe();
      source.next('a');
      expect(make.settled).to.be.empty;
      expect(subscriptions).to.equal(0);
    }
  });

  it('should stop a synchronous source when downstream has enough', () => {
    let made = 0;
    range(1, 1_000)
      .pipe(
        map((n) => {
          made++;
          return recordFactory()(n);
        }),
        processRecords(({ data }) => data),
        take(3),
      )
      .subscribe();
    expect(made).to.equal(3);
  });

  it('should start nothing more when downstream has enough', () => {
    const gate = new Subject<void>();
    const tried: string[] = [];
    of('a', 'b', 'c')
      .pipe(
        records(),
        processRecords(
          ({ data }) => {
            tried.push(data);
            return gate;
          },
          { concurrency: 1 },
        ),
        take(1),
      )
      .subscribe();
    gate.complete();
    expect(tried).to.deep.equal(['a']);
  });

  it(
    'should share no state between two subscribers',
    marbles(({ cold, expectObservable }) => {
      const result = cold('a----|').pipe(letters(), processRecords(after(2), { concurrency: 1 }), map(dataOf));
      expectObservable(result).toBe('  --a--|');
      expectObservable(result, '-^').toBe('---a--|');
    }),
  );

  it('should process 100,000 records of one key without piling up calls, whether outcomes come at once or later', () => {
    const gate = new Subject<void>();
    const make = recordFactory();
    const seen: number[] = [];
    range(0, 100_000)
      .pipe(
        map((n) => make(n)),
        processRecords(({ data }) => (data === 0 ? gate : data % 2 ? data : of(data))),
      )
      .subscribe(({ data }) => seen.push(data ?? 0));
    expect(seen).to.be.empty;
    gate.complete();
    expect(seen).to.have.lengthOf(100_000);
    expect(seen.at(-1)).to.equal(99_999);
  });

  it('should keep order and bounds when what it emits makes the source push at once', () => {
    const source = new Subject<number>();
    const gate = new Subject<number>();
    let [running, most, depth, deepest] = [0, 0, 0, 0];
    const seen: (number | undefined)[] = [];
    const project = ({ data }: KinesisRecord<number>) => {
      most = Math.max(most, ++running);
      running--;
      return data === 0 ? gate : data;
    };
    source.pipe(records(), processRecords(project, { concurrency: 1 })).subscribe((record) => {
      deepest = Math.max(deepest, ++depth);
      seen.push(record.data);
      if (seen.length < 1_000) source.next(seen.length);
      depth--;
    });
    source.next(0);
    gate.next(0);
    gate.complete();
    expect(seen).to.deep.equal(Array.from({ length: 1_000 }, (_, n) => n));
    expect({ most, deepest }).to.deep.equal({ most: 1, deepest: 1 });
  });

  it('should refuse what is no function when it is called, saying what it got', () => {
    for (const [project, got] of [
      [undefined, 'undefined'],
      ['charge', '"charge"'],
      [{ concurrency: 1 }, 'an object'],
      [Promise.resolve(), 'an object'],
    ] as const) {
      expect(() => processRecords(project as unknown as () => void)).to.throw(
        TypeError,
        `processRecords needs a function that is called with each record; got ${got}`,
      );
    }
  });

  it('should refuse options that are wrong', () => {
    const refused: readonly [ProcessRecordsOptions, string][] = [
      [{ concurrency: 0 }, 'concurrency must be an integer from 1 to 100000; got 0'],
      [{ concurrency: 1.5 }, 'concurrency must be an integer from 1 to 100000; got 1.5'],
      [{ order: 'key' as 'shard' }, `order must be 'none', 'partitionKey' or 'shard'; got "key"`],
      [{ poison: 'drop' as 'skip' }, `poison must be 'fail', 'skip' or a function; got "drop"`],
      [{ retry: { maxAttempts: 0 } }, 'retry.maxAttempts must be an integer from 1 to 1000; got 0'],
      [{ retry: { initialMs: 0 } }, 'retry.initialMs must be an integer from 1 to 60000; got 0'],
      [{ retry: { initialMs: 10, maxMs: 9 } }, 'retry.maxMs must be an integer from 10 to 300000; got 9'],
      [{ retry: { when: 1 as never } }, 'retry.when must be a function; got 1'],
      [
        { retry: { attempts: 3 } as object },
        'retry has no option "attempts"; it has initialMs, maxAttempts, maxMs, when',
      ],
      [{ scheduler: {} as never }, 'scheduler must be a SchedulerLike of RxJS; got an object'],
      [{ random: 0.5 as never }, 'random must be a function; got 0.5'],
    ];
    for (const [options, message] of refused) {
      expect(() => processRecords(() => 1, options)).to.throw(Error, message);
    }
    expect(() => processRecords(() => 1, { retry: { initialMs: 10_000 } })).not.to.throw();
  });

  it('should infer what the outcome is', () => {
    const numbers: KinesisRecord<number>[] = [];
    const texts: KinesisRecord<string>[] = [];
    const maybes: KinesisRecord<number | undefined>[] = [];
    const source = of('abc').pipe(records());
    source.pipe(processRecords((record) => record.data.length)).subscribe((record) => numbers.push(record));
    source.pipe(processRecords((record) => record.data)).subscribe((record) => texts.push(record));
    source.pipe(processRecords((record) => of(record.data.length))).subscribe((record) => maybes.push(record));
    source
      .pipe(processRecords(async (record) => Promise.resolve(record.data.length)))
      .subscribe((record) => numbers.push(record))
      .unsubscribe();
    expect([...numbers, ...texts, ...maybes].map(({ data }) => data)).to.deep.equal([3, 'abc', 3]);
  });
});

/** A project that takes its time and comes to the record's data. */
function after(delayMs: number) {
  return ({ data }: KinesisRecord<string>) => timer(delayMs).pipe(map(() => data));
}
