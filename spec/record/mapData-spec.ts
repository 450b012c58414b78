import { expect } from 'chai';
import { EMPTY, map, NEVER, of, range, Subject, take, throwError } from 'rxjs';
import { DeadLetterError } from '../../src/errors/DeadLetterError.ts';
import { ProcessingError } from '../../src/errors/ProcessingError.ts';
import type { KinesisRecord } from '../../src/record/KinesisRecord.ts';
import { mapData } from '../../src/record/mapData.ts';
import type { PoisonPolicy } from '../../src/record/PoisonPolicy.ts';
import { recordFactory } from '../../src/testing/recordFactory.ts';
import { hands } from '../support/hands.ts';
import { marbles } from '../support/marbles.ts';
import { dataOf, records } from '../support/records.ts';

const upper = (data: string) => {
  if (data === 'x') throw new RangeError('no letter');
  return data.toUpperCase();
};

describe('mapData', () => {
  it(
    'should emit each record with what project returns as its data',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  a--b--c--|');
      const subscription = ' ^--------!';
      const expected = '     A--B--C--|';
      const result = source.pipe(records(), mapData(upper), map(dataOf));
      expectObservable(result).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subscription);
    }),
  );

  it('should give project the record too, and settle nothing', () => {
    const make = recordFactory();
    const record = make('a', { partitionKey: 'k' });
    const seen: string[] = [];
    of(record)
      .pipe(mapData((data, { partitionKey }) => `${data}${partitionKey ?? ''}`))
      .subscribe((mapped) => {
        seen.push(mapped.data);
        expect(make.isSettled(mapped)).to.be.false;
        mapped.settle();
      });
    expect(seen).to.deep.equal(['ak']);
    expect(make.settled).to.deep.equal([record]);
  });

  it(
    'should complete with an empty source',
    marbles(({ expectObservable }) => {
      expectObservable(EMPTY.pipe(mapData(upper))).toBe('|');
    }),
  );

  it(
    'should stay silent with a silent source',
    marbles(({ expectObservable }) => {
      expectObservable(NEVER.pipe(mapData(upper))).toBe('-');
    }),
  );

  it(
    'should pass the error of the source on',
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('a-#').pipe(records(), mapData(upper), map(dataOf))).toBe('A-#');
    }),
  );

  it(
    'should release the source and the dead letter when unsubscribed, and settle nothing then',
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const make = recordFactory();
      const source = cold('   x-a--b--|');
      const letter = cold('   ------|  ');
      const unsubscription = '----!    ';
      const expected = '      --A--    ';
      const result = source.pipe(records(make), mapData(upper, { poison: () => letter }), map(dataOf));
      expectObservable(result, unsubscription).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe('^---!');
      expectSubscriptions(letter.subscriptions).toBe('^---!');
      flush();
      expect(make.settled).to.be.empty;
    }),
  );

  it('should stop a synchronous source when downstream has enough', () => {
    let made = 0;
    range(1, 1_000)
      .pipe(
        map((n) => {
          made++;
          return recordFactory()(n);
        }),
        mapData((n) => n * 2),
        take(3),
      )
      .subscribe();
    expect(made).to.equal(3);
  });

  describe('when project throws', () => {
    it('should error with an error that names the record, and leave it unsettled', () => {
      const make = recordFactory({ streamName: 'orders' });
      const record = make('x');
      const error = errorOf([record], 'fail');
      expect(error).to.be.instanceOf(ProcessingError);
      expect(error).to.include({
        name: 'ProcessingError',
        streamName: 'orders',
        shardId: record.shardId,
        sequenceNumber: record.sequenceNumber,
        attempts: 1,
        retryable: false,
      });
      expect((error as Error).cause).to.be.instanceOf(RangeError);
      expect((error as Error).message)
        .to.include(`record ${record.sequenceNumber} of shard ${record.shardId} of stream orders`)
        .and.include('RangeError: no letter');
      expect(make.settled).to.be.empty;
    });

    it(
      "should settle the record and say so with poison: 'skip'",
      marbles(({ cold, expectObservable, flush }) => {
        const make = recordFactory();
        const source = cold('a-x-b-|');
        const expected = '   A---B-|';
        expectObservable(source.pipe(records(make), mapData(upper, { poison: 'skip' }), map(dataOf))).toBe(expected);
        flush();
        expect(make.settled.map(dataOf)).to.deep.equal(['x']);
        expect(make.diagnostics).to.have.lengthOf(1);
        expect(make.diagnostics[0]).to.include({ type: 'poisoned', policy: 'skip', streamName: 'stream' });
        expect(make.diagnostics[0]).to.have.property('error').that.is.instanceOf(ProcessingError);
      }),
    );

    it(
      'should settle the record when its dead letter is done, hold up nothing behind it, and complete after it',
      marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
        const make = recordFactory();
        const source = cold('a-x-b-|    ');
        const letter = cold('  --x--x-| ');
        const expected = '   A---B----| ';
        const seen: unknown[] = [];
        const poison: PoisonPolicy = (record, error) => {
          seen.push(record.data, error);
          return letter;
        };
        const result = source.pipe(
          records(make),
          mapData(upper, { poison }),
          map((record) => {
            expect(make.settled).to.be.empty;
            return record.data;
          }),
        );
        expectObservable(result).toBe(expected);
        expectSubscriptions(letter.subscriptions).toBe('--^------!');
        flush();
        expect(seen[0]).to.equal('x');
        expect(seen[1]).to.be.instanceOf(ProcessingError);
        expect(make.settled.map(dataOf)).to.deep.equal(['x']);
        expect(make.diagnostics.map((each) => 'policy' in each && each.policy)).to.deep.equal(['deadLetter']);
      }),
    );

    it('should take the record in hand while its dead letter is under way, and no other', () => {
      const make = recordFactory();
      const held: string[] = [];
      of('a', 'x')
        .pipe(
          map((data) => Object.assign(make(data), { hold: () => held.push(data) })),
          mapData(upper, { poison: () => NEVER }),
        )
        .subscribe();
      expect(held).to.deep.equal(['x']);
    });

    it('should error when the dead letter fails, throws or is none, and leave the record unsettled', () => {
      const failure = new Error('queue is gone');
      const policies: PoisonPolicy[] = [
        () => throwError(() => failure),
        () => {
          throw failure;
        },
        () => undefined as never,
      ];
      for (const [index, poison] of policies.entries()) {
        const make = recordFactory();
        const record = make('x');
        const error = errorOf([record], poison);
        expect(error).to.be.instanceOf(DeadLetterError);
        expect(error).to.include({ name: 'DeadLetterError', sequenceNumber: record.sequenceNumber });
        expect(error).to.have.property('recordError').that.is.instanceOf(ProcessingError);
        if (index < 2) expect((error as Error).cause).to.equal(failure);
        else expect((error as Error).cause).to.be.instanceOf(TypeError);
        expect(make.settled).to.be.empty;
        expect(make.diagnostics).to.be.empty;
      }
    });
  });

  it('should share no state between two subscribers', () => {
    const make = recordFactory();
    const gates = [new Subject<never>(), new Subject<never>()];
    let letters = 0;
    const result = of(make('x')).pipe(mapData(upper, { poison: () => gates[letters++]! }));
    const completed: string[] = [];
    result.subscribe({ complete: () => completed.push('first') });
    result.subscribe({ complete: () => completed.push('second') });
    gates[1]!.complete();
    expect(completed).to.deep.equal(['second']);
    gates[0]!.complete();
    expect(completed).to.deep.equal(['second', 'first']);
  });

  it('should let go of a record whose dead letter is cut off', () => {
    const { record, inHand } = hands();
    const subscription = of(record('x'))
      .pipe(mapData(upper, { poison: () => NEVER }))
      .subscribe();
    expect(inHand()).to.equal('x');
    subscription.unsubscribe();
    expect(inHand()).to.equal('');
  });

  it('should refuse a poison policy that is none', () => {
    expect(() => mapData(upper, { poison: 'drop' as 'skip' })).to.throw(
      TypeError,
      `poison must be 'fail', 'skip' or a function; got "drop"`,
    );
  });

  it('should refuse an option that it does not have', () => {
    expect(() => mapData(upper, { posion: 'skip' } as object)).to.throw(
      TypeError,
      'mapData has no option "posion"; it has poison',
    );
  });

  it('should infer its types', () => {
    const result: KinesisRecord<number>[] = [];
    of(recordFactory()('abc'))
      .pipe(mapData((data) => data.length))
      .subscribe((record) => result.push(record));
    expect(result.map(dataOf)).to.deep.equal([3]);
  });
});

function errorOf(records: KinesisRecord<string>[], poison: PoisonPolicy): unknown {
  let caught: unknown;
  of(...records)
    .pipe(mapData(upper, { poison }))
    .subscribe({ error: (error: unknown) => (caught = error) });
  return caught;
}
