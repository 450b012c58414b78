import { expect } from 'chai';
import { defer, delayWhen, map, Observable, of, range, throwError, timer } from 'rxjs';
import { DeadLetterError } from '../../src/errors/DeadLetterError.ts';
import { ProcessingError } from '../../src/errors/ProcessingError.ts';
import type { KinesisRecord } from '../../src/record/KinesisRecord.ts';
import type { PoisonPolicy } from '../../src/record/PoisonPolicy.ts';
import { processRecords } from '../../src/record/processRecords.ts';
import type { ProcessRecordsOptions } from '../../src/record/ProcessRecordsOptions.ts';
import { recordFactory } from '../../src/testing/recordFactory.ts';
import { marbles } from '../support/marbles.ts';
import { dataOf } from '../support/records.ts';

/** A letter's partition key is its lower case. */
const letters = (make = recordFactory()) => map((data: string) => make(data, { partitionKey: data.toLowerCase() }));

/** Without jitter: waits of 4 and 6 ms. */
const RETRY: ProcessRecordsOptions = { retry: { maxAttempts: 3, initialMs: 4, maxMs: 6 }, random: () => 1 };

/** A project that fails for the letter x the first `failures` times, and else comes to the data. */
function failing(failures: number, attempts: string[] = []) {
  let failed = 0;
  return ({ data }: KinesisRecord<string>) =>
    defer(() => {
      attempts.push(data);
      return data === 'x' && failed++ < failures ? throwError(() => new RangeError(`failure ${failed}`)) : of(data);
    });
}

describe('processRecords, when project fails', () => {
  it(
    'should try again after a growing delay, holding up the same key only',
    marbles(({ cold, expectObservable, flush }) => {
      const attempts: string[] = [];
      // Attempts at 0, 4 and 10; X is behind x all the time.
      const source = cold('xXb-|         ');
      const expected = '   --b-------(xX|)';
      const result = source.pipe(letters(), processRecords(failing(2, attempts), RETRY), map(dataOf));
      expectObservable(result).toBe(expected);
      flush();
      expect(attempts.join('')).to.equal('xbxxX');
    }),
  );

  it(
    'should spread the delays by jitter and never try again without one',
    marbles(({ cold, expectObservable }) => {
      const tries = (random: number) =>
        cold('x').pipe(
          letters(),
          processRecords(failing(2), { retry: { maxAttempts: 3, initialMs: 4, maxMs: 6 }, random: () => random }),
          map(dataOf),
        );
      expectObservable(tries(0.5)).toBe('-----x');
      expectObservable(tries(0)).toBe('--x');
    }),
  );

  it(
    'should give its place to another record while it waits, and go first when its time has come',
    marbles(({ cold, expectObservable, flush }) => {
      const attempts: string[] = [];
      const project = failing(1, attempts);
      const source = cold('xbcd--|          ');
      // b from 1 to 4; the wait ends at 4, and x goes before c and d, which came before that.
      const expected = '   ----b--x--c--(d|)';
      const slow = (record: KinesisRecord<string>) => project(record).pipe(delayWhen(() => timer(3)));
      const result = source.pipe(
        letters(),
        processRecords(slow, { concurrency: 1, retry: { initialMs: 2 }, random: () => 1 }),
        map(dataOf),
      );
      expectObservable(result).toBe(expected);
      flush();
      expect(attempts.join('')).to.equal('xbxcd');
    }),
  );

  it(
    'should error after the last attempt, naming the record and the attempts, and leave it unsettled',
    marbles(({ cold, expectObservable, flush }) => {
      const make = recordFactory({ streamName: 'orders' });
      let caught: unknown;
      const result = cold('x-|').pipe(letters(make), processRecords(failing(9), RETRY));
      expectObservable(
        new Observable((subscriber) =>
          result.subscribe({
            error: (error: unknown) => {
              caught = error;
              subscriber.error('caught');
            },
          }),
        ),
      ).toBe('----------#', undefined, 'caught');
      flush();
      expect(caught).to.be.instanceOf(ProcessingError);
      expect(caught).to.include({ name: 'ProcessingError', streamName: 'orders', attempts: 3, retryable: false });
      expect(caught).to.have.property('shardId', 'shardId-000000000000');
      expect((caught as Error).cause).to.be.instanceOf(RangeError);
      expect((caught as Error).message).to.include('stream orders failed 3 times: RangeError: failure 3');
      expect(make.settled).to.be.empty;
    }),
  );

  it('should try once where no retry is asked for', () => {
    const attempts: string[] = [];
    expect(errorOf(processRecords(failing(1, attempts)))).to.include({ attempts: 1 });
    expect(attempts).to.deep.equal(['x']);
  });

  it('should take a throwing project for a failed one', () => {
    const failure = new Error('at once');
    const error = errorOf(
      processRecords(() => {
        throw failure;
      }),
    );
    expect(error).to.be.instanceOf(ProcessingError).and.to.include({ cause: failure });
  });

  it('should not try again what retry.when turns down', () => {
    const asked: unknown[] = [];
    const when = (error: unknown) => {
      asked.push(error);
      return false;
    };
    expect(errorOf(processRecords(failing(9), { retry: { when } }))).to.include({ attempts: 1 });
    expect(asked).to.have.lengthOf(1);
  });

  it('should error when retry.when throws, whatever the poison policy is', () => {
    const make = recordFactory();
    const failure = new TypeError('when');
    const when = () => {
      throw failure;
    };
    const error = errorOf(processRecords(failing(9), { retry: { when }, poison: 'skip' }), make);
    expect(error).to.be.instanceOf(ProcessingError);
    const { message, cause } = error as ProcessingError;
    expect(cause).to.be.instanceOf(AggregateError);
    expect((cause as AggregateError).errors).to.deep.equal([failure, new RangeError('failure 1')]);
    expect(message).to.include('retry.when failed with TypeError: when; it was asked about RangeError: failure 1');
    expect(make.settled).to.be.empty;
  });

  it('should error with what random throws, which is not the fault of a record', () => {
    const failure = new TypeError('random');
    const random = () => {
      throw failure;
    };
    expect(errorOf(processRecords(failing(9), { retry: {}, random }))).to.equal(failure);
  });

  it(
    "should settle the record, say so and go on with its key with poison: 'skip'",
    marbles(({ cold, expectObservable, flush }) => {
      const make = recordFactory();
      const source = cold('xXb-------|');
      const expected = '   --b-------(X|)';
      const result = source.pipe(letters(make), processRecords(failing(9), { ...RETRY, poison: 'skip' }), map(dataOf));
      expectObservable(result).toBe(expected);
      flush();
      expect(make.settled.map(dataOf)).to.deep.equal(['x']);
      expect(make.diagnostics.map(({ type }) => type)).to.deep.equal(['poisoned']);
      expect(make.diagnostics[0]).to.include({ policy: 'skip', sequenceNumber: make.settled[0]?.sequenceNumber });
    }),
  );

  it(
    'should hold key and place until the dead letter is done, and settle the record then',
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const make = recordFactory();
      const source = cold('xXb-|     ');
      const letter = cold('-----|    ');
      const expected = '   -----(bX|)';
      const result = source.pipe(
        letters(make),
        processRecords(failing(9), { poison: () => letter, concurrency: 1 }),
        map((record) => {
          expect(make.settled.map(dataOf)).to.deep.equal(['x']);
          return record.data;
        }),
      );
      expectObservable(result).toBe(expected);
      expectSubscriptions(letter.subscriptions).toBe('^----!');
      flush();
      expect(make.diagnostics[0]).to.include({ type: 'poisoned', policy: 'deadLetter' });
    }),
  );

  it('should error when the dead letter fails, and leave the record unsettled', () => {
    const make = recordFactory();
    const failure = new Error('queue is gone');
    const poison: PoisonPolicy = () => throwError(() => failure);
    const error = errorOf(processRecords(failing(9), { poison }), make);
    expect(error).to.be.instanceOf(DeadLetterError).and.to.include({ cause: failure });
    expect(error).to.have.property('recordError').that.is.instanceOf(ProcessingError);
    expect(make.settled).to.be.empty;
  });

  it(
    'should forget the wait for a retry when unsubscribed',
    marbles(({ cold, expectObservable, flush }) => {
      const attempts: string[] = [];
      const make = recordFactory();
      const result = cold('x').pipe(letters(make), processRecords(failing(9, attempts), { ...RETRY, poison: 'skip' }));
      expectObservable(result, '---!').toBe('-');
      flush();
      expect(attempts).to.deep.equal(['x']);
      expect(make.settled).to.be.empty;
    }),
  );

  it('should skip 20,000 records of one key without piling up calls', () => {
    const make = recordFactory();
    const failure = new Error('poison');
    let isComplete = false;
    range(0, 20_000)
      .pipe(
        map((n) => make(n)),
        processRecords(() => throwError(() => failure), { poison: 'skip' }),
      )
      .subscribe({ complete: () => (isComplete = true) });
    expect(isComplete).to.be.true;
    expect(make.settled).to.have.lengthOf(20_000);
  });
});

function errorOf(process: ReturnType<typeof processRecords<string, unknown>>, make = recordFactory()): unknown {
  let caught: unknown;
  of(make('x'))
    .pipe(process)
    .subscribe({ error: (error: unknown) => (caught = error) });
  return caught;
}
