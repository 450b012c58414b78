import { expect } from 'chai';
import fc from 'fast-check';
import { concatMap, defer, from, ignoreElements, map, of, throwError, timer, VirtualTimeScheduler } from 'rxjs';
import type { KinesisRecord } from '../../src/record/KinesisRecord.ts';
import type { ProcessingOrder } from '../../src/record/Lanes.ts';
import { processRecords } from '../../src/record/processRecords.ts';
import { recordFactory } from '../../src/testing/recordFactory.ts';

/** A record to come: when, of which key and shard, and how its attempts go. A delay of 0 means at once, without a timer. */
const work = fc.record({
  key: fc.nat({ max: 3 }),
  shard: fc.nat({ max: 1 }),
  gapMs: fc.nat({ max: 3 }),
  delaysMs: fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 4 }),
});
type Work = typeof work extends fc.Arbitrary<infer W> ? W : never;
interface Attempt {
  readonly index: number;
  readonly event: 'start' | 'end';
}

const MAX_ATTEMPTS = 3;
const orders: readonly ProcessingOrder[] = ['none', 'partitionKey', 'shard'];

describe('processRecords, whatever the schedule', () => {
  const orderOf = fc.constantFrom(...orders);
  const concurrencyOf = fc.integer({ min: 1, max: 4 });
  const jitters = fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true }));

  it('should do each record once, keep the order of keys through retries, and keep to its concurrency', () => {
    fc.assert(
      fc.property(
        fc.array(work, { maxLength: 25 }),
        orderOf,
        concurrencyOf,
        jitters,
        (works, order, concurrency, jitter) => {
          const { attempts, emitted, settled, isComplete } = run(works, order, concurrency, jitter);
          const isPoison = (index: number) => works[index]!.delaysMs.length > MAX_ATTEMPTS;
          const all = works.map((_, index) => index);

          expect(isComplete).to.equal(true);
          expect(emitted.toSorted(ascending)).to.deep.equal(all.filter((index) => !isPoison(index)));
          expect(settled.toSorted(ascending)).to.deep.equal(all.filter(isPoison));
          expect(mostRunning(attempts)).to.be.at.most(concurrency);

          const lane = ({ key, shard }: Work) => (order === 'shard' ? shard : key);
          for (const each of order === 'none' ? [] : new Set(works.map(lane))) {
            const ofLane = attempts.filter(({ index }) => lane(works[index]!) === each);
            const inOrder = all
              .filter((index) => lane(works[index]!) === each)
              .flatMap((index) =>
                works[index]!.delaysMs.slice(0, MAX_ATTEMPTS).flatMap(() => [`${index} start`, `${index} end`]),
              );
            expect(ofLane.map(({ index, event }) => `${index} ${event}`)).to.deep.equal(inOrder);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** Runs a schedule in virtual time. A record fails in all of its attempts but the last that it has a delay for. */
function run(works: readonly Work[], order: ProcessingOrder, concurrency: number, jitter: Iterator<number>) {
  const scheduler = new VirtualTimeScheduler();
  const make = recordFactory();
  const attempts: Attempt[] = [];
  const tried = new Map<number, number>();
  const emitted: number[] = [];
  let isComplete = false;

  const project = ({ data: index }: KinesisRecord<number>) =>
    defer(() => {
      attempts.push({ index, event: 'start' });
      const { delaysMs } = works[index]!;
      const attempt = tried.get(index) ?? 0;
      tried.set(index, attempt + 1);
      const delayMs = delaysMs[attempt]!;
      return (delayMs === 0 ? of(0) : timer(delayMs, scheduler)).pipe(
        concatMap(() => {
          attempts.push({ index, event: 'end' });
          return attempt < delaysMs.length - 1 ? throwError(() => new Error('again')) : of(index);
        }),
      );
    });

  from(works)
    .pipe(
      concatMap(({ key, shard, gapMs }, index) => {
        const record = make(index, { partitionKey: String(key), shardId: String(shard) });
        return gapMs === 0 ? of(record) : timer(gapMs, scheduler).pipe(map(() => record));
      }),
      processRecords(project, {
        order,
        concurrency,
        scheduler,
        poison: (record) =>
          timer(2, scheduler).pipe(
            map(() => record),
            ignoreElements(),
          ),
        retry: { maxAttempts: MAX_ATTEMPTS, initialMs: 3 },
        random: () => jitter.next().value as number,
      }),
    )
    .subscribe({
      next: (record) => emitted.push(record.data!),
      complete: () => (isComplete = true),
    });
  scheduler.flush();
  return { attempts, emitted, isComplete, settled: make.settled.map(({ data }) => data as number) };
}

function mostRunning(attempts: readonly Attempt[]): number {
  let [running, most] = [0, 0];
  for (const { event } of attempts) {
    running += event === 'start' ? 1 : -1;
    most = Math.max(most, running);
  }
  return most;
}

const ascending = (a: number, b: number) => a - b;
