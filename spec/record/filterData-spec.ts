import { expect } from 'chai';
import { EMPTY, map, NEVER, of, range, take } from 'rxjs';
import { ProcessingError } from '../../src/errors/ProcessingError.ts';
import { filterData } from '../../src/record/filterData.ts';
import type { KinesisRecord } from '../../src/record/KinesisRecord.ts';
import { recordFactory } from '../../src/testing/recordFactory.ts';
import { marbles } from '../support/marbles.ts';
import { dataOf, records } from '../support/records.ts';

const isEven = (data: string) => Number(data) % 2 === 0;

describe('filterData', () => {
  it(
    'should emit the records whose data matches and settle the others',
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const make = recordFactory();
      const source = cold('  1--2--3--4--|');
      const subscription = ' ^-----------!';
      const expected = '     ---2-----4--|';
      expectObservable(source.pipe(records(make), filterData(isEven), map(dataOf))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subscription);
      flush();
      expect(make.settled.map(dataOf)).to.deep.equal(['1', '3']);
    }),
  );

  it('should give predicate the record too, and pass the very record on', () => {
    const record = recordFactory()('1', { partitionKey: 'k' });
    const seen: unknown[] = [];
    of(record)
      .pipe(filterData((_, { partitionKey }) => partitionKey === 'k'))
      .subscribe((kept) => seen.push(kept));
    expect(seen[0]).to.equal(record);
  });

  it(
    'should complete with an empty source',
    marbles(({ expectObservable }) => {
      expectObservable(EMPTY.pipe(filterData(isEven))).toBe('|');
    }),
  );

  it(
    'should stay silent with a silent source',
    marbles(({ expectObservable }) => {
      expectObservable(NEVER.pipe(filterData(isEven))).toBe('-');
    }),
  );

  it(
    'should pass the error of the source on',
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('2-1-#').pipe(records(), filterData(isEven), map(dataOf))).toBe('2---#');
    }),
  );

  it(
    'should release the source when unsubscribed, and settle nothing then',
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const make = recordFactory();
      const source = cold('   1--2--3--|');
      const unsubscription = '----!     ';
      const expected = '      ---2-     ';
      expectObservable(source.pipe(records(make), filterData(isEven), map(dataOf)), unsubscription).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe('^---!');
      flush();
      expect(make.settled.map(dataOf)).to.deep.equal(['1']);
    }),
  );

  it('should stop a synchronous source when downstream has enough', () => {
    const make = recordFactory();
    const seen: number[] = [];
    range(1, 1_000)
      .pipe(
        map((n) => make(n)),
        filterData((n) => n % 2 === 0),
        take(2),
      )
      .subscribe(({ data }) => seen.push(data));
    expect(seen).to.deep.equal([2, 4]);
    expect(make.settled.map(dataOf)).to.deep.equal([1, 3]);
  });

  it('should error when predicate throws, naming the record, and leave it unsettled', () => {
    const make = recordFactory({ streamName: 'orders' });
    const record = make('1');
    const cause = new Error('odd');
    let caught: unknown;
    of(record, make('2'))
      .pipe(
        filterData(() => {
          throw cause;
        }),
      )
      .subscribe({ error: (error: unknown) => (caught = error) });
    expect(caught).to.be.instanceOf(ProcessingError);
    expect(caught).to.include({ streamName: 'orders', sequenceNumber: record.sequenceNumber, cause });
    expect(make.settled).to.be.empty;
  });

  it('should narrow the type of the data with a type guard', () => {
    const result: KinesisRecord<string>[] = [];
    of(recordFactory()<string | number>('a'))
      .pipe(filterData((data) => typeof data === 'string'))
      .subscribe((record) => result.push(record));
    expect(result.map(dataOf)).to.deep.equal(['a']);
  });
});
