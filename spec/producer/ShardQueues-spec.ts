import { expect } from 'chai';
import fc from 'fast-check';
import { VirtualTimeScheduler } from 'rxjs';
import { Entry } from '../../src/producer/Entry.ts';
import { entriesOf, type Parcel } from '../../src/producer/Parcel.ts';
import type { ShardQueues } from '../../src/producer/ShardQueues.ts';
import type { ToKinesisOptions } from '../../src/producer/ToKinesisOptions.ts';
import { countMoved } from './countMoved.ts';
import { FixedShards } from './FixedShards.ts';
import { NaiveQueue } from './NaiveQueue.ts';

const limits = { maxBatchRecords: 3, maxBatchBytes: 100 };
const entry = (value: string, arrivedAt = 0, bytes = 1) =>
  new Entry(value, Buffer.from(value), 'key', undefined, bytes, arrivedAt);
const taken = (parcels: readonly Parcel<string>[] | undefined) => parcels?.flatMap(entriesOf);
const names = (parcels: readonly Parcel<string>[] | undefined) =>
  taken(parcels)
    ?.map(({ value }) => value)
    .join('');
const queues = (options: ToKinesisOptions<string> = limits) =>
  new FixedShards().queues<string>(new VirtualTimeScheduler(), options);

function queueOf(values: string): ShardQueues<string> {
  const queue = queues();
  Array.from(values).forEach((value, index) => queue.push(entry(value, index)));
  return queue;
}

describe('ShardQueues, without a map', () => {
  it('should give full batches, and keep what is not full', () => {
    const queue = queueOf('abcd');
    expect(names(queue.take())).to.equal('abc');
    expect(queue.take()).to.be.undefined;
    expect(queue.firstArrivedAt).to.equal(3);
  });

  it('should give what is due, and fill the batch with what is not', () => {
    const queue = queueOf('a');
    queue.flush();
    queue.push(entry('b'));
    expect(names(queue.take())).to.equal('ab');
    queue.push(entry('c'));
    expect(queue.take()).to.be.undefined;
  });

  it('should give what is put back first, as due', () => {
    const queue = queueOf('cd');
    queue.putBack([entry('a'), entry('b')]);
    expect(queue.firstLingeringAt).to.equal(0);
    expect(names(queue.take())).to.equal('abc');
    expect(queue.take()).to.be.undefined;
  });

  it('should find the oldest behind younger ones that came back, as from a shard that was merged', () => {
    const queue = queues();
    for (const [value, at] of Object.entries({ a: 1, b: 3 })) queue.push(entry(value, at));
    queue.putBack([entry('x', 2), entry('y', 4)]);
    expect(queue.firstArrivedAt).to.equal(1);
    expect(queue.takeArrivedUntil(1).map(({ value }) => value)).to.deep.equal(['a']);
    expect(queue.firstArrivedAt).to.equal(2);
    expect(queue.takeArrivedUntil(3).map(({ value }) => value)).to.have.members(['b', 'x']);
    expect(names(queue.take())).to.equal('y');
    expect([queue.firstArrivedAt, queue.take()]).to.deep.equal([Infinity, undefined]);
  });

  it('should find the oldest of what came back together by several requests', () => {
    const queue = queues();
    queue.push(entry('d', 4));
    queue.putBack([entry('b', 2), entry('c', 3), entry('a', 1)]);
    expect(queue.firstArrivedAt).to.equal(1);
    expect(queue.takeArrivedUntil(1).map(({ value }) => value)).to.deep.equal(['a']);
    expect(queue.firstArrivedAt).to.equal(2);
  });

  it('should give one that is larger than a batch alone', () => {
    const queue = queues();
    for (const [value, bytes] of [
      ['a', 10],
      ['b', 500],
      ['c', 10],
    ] as const)
      queue.push(entry(value, 0, bytes));
    queue.flush();
    expect([queue.take(), queue.take(), queue.take(), queue.take()].map(names)).to.deep.equal([
      'a',
      'b',
      'c',
      undefined,
    ]);
  });

  it('should give up what is too old, and keep the others as due as they were', () => {
    const queue = queueOf('ab');
    queue.flush();
    queue.push(entry('c', 9));
    expect(names(queue.takeArrivedUntil(0))).to.equal('a');
    expect([queue.firstArrivedAt, queue.firstLingeringAt]).to.deep.equal([1, 9]);
    expect(names(queue.takeArrivedUntil(5))).to.equal('b');
    expect(queue.take()).to.be.undefined;
    expect(names(queue.takeArrivedUntil(9))).to.equal('c');
    expect(queue.firstArrivedAt).to.equal(Infinity);
  });

  it('should give the oldest first of what was put back, in whatever order that came', () => {
    const queue = queueOf('abcdefg');
    const [first, second] = [taken(queue.take())!, taken(queue.take())!];
    queue.putBack(second);
    queue.putBack(first.slice(1));
    expect(names(queue.take())).to.equal('bcd');
    expect(names(queue.takeArrivedUntil(4))).to.equal('e');
    expect(names(queue.take())).to.equal('fg');
  });

  it('should keep due what a flush has covered while others come back and go', () => {
    const queue = queueOf('abcdefg');
    const [first, second] = [taken(queue.take())!, taken(queue.take())!];
    queue.flush();
    queue.putBack(first);
    queue.putBack(second);
    queue.push(entry('h', 9));
    expect(queue.firstLingeringAt).to.equal(9);
    expect([queue.take(), queue.take(), queue.take(), queue.take()].map(names)).to.deep.equal([
      'abc',
      'def',
      'gh',
      undefined,
    ]);
  });

  it('should count the bytes of what was put back', () => {
    const queue = queues();
    for (const value of 'ab') queue.push(entry(value, 0, 60));
    queue.putBack(taken(queue.take())!);
    queue.flush();
    while (queue.take());
    for (const value of 'cd') queue.push(entry(value, 0, 60));
    expect(names(queue.take())).to.equal('c');
  });

  it('should have nothing after a clear', () => {
    const queue = queueOf('abcd');
    queue.putBack(taken(queue.take())!);
    queue.flush();
    queue.clear();
    expect([queue.firstArrivedAt, queue.firstLingeringAt]).to.deep.equal([Infinity, Infinity]);
    for (const value of 'xy') queue.push(entry(value));
    expect(queue.take()).to.be.undefined;
  });

  it('should be as a naive queue, whatever is done', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        const batchLimits = { maxBatchRecords: 4, maxBatchBytes: 20 };
        const [queue, naive] = [queues(batchLimits), new NaiveQueue<string>(batchLimits)];
        const out: Entry<string>[][] = [];
        let now = 0;
        for (const act of steps) {
          if (act === 'flush' || act === 'clear') for (const each of [queue, naive]) each[act]();
          else if (act === 'take') {
            const batch = taken(queue.take());
            expect(names(batch)).to.equal(names(naive.take()));
            if (batch) out.push(batch);
          } else if ('push' in act) {
            const pushed = entry(`${now};`, now++, act.push);
            for (const each of [queue, naive]) each.push(pushed);
          } else if ('expire' in act) {
            const time = (naive.firstArrivedAt === Infinity ? 0 : naive.firstArrivedAt) + act.expire;
            expect(names(queue.takeArrivedUntil(time))).to.equal(names(naive.takeArrivedUntil(time)));
          } else {
            const [batch = []] = out.splice(act.batch % Math.max(1, out.length), 1);
            const refused = batch.filter((_, index) => act.refused[index]);
            for (const each of [queue, naive]) each.putBack(refused);
          }
          expect([queue.firstArrivedAt, queue.firstLingeringAt]).to.deep.equal([
            naive.firstArrivedAt,
            naive.firstLingeringAt,
          ]);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('should do the same work for each batch, however many wait', () => {
    const few = workOfRounds(100);
    expect(few).to.be.greaterThan(1_000);
    expect(workOfRounds(100_000)).to.be.at.most(few * 1.1);
  });

  it('should do hardly more work when it is not the last batch that comes back, however many have', () => {
    const few = workOfRounds(100, true);
    // Of 33 batches and of 33,333: the logarithm is 5 and 15.
    expect(workOfRounds(100_000, true)).to.be.at.most(few * 3);
  });
});

const step = fc.oneof(
  { weight: 30, arbitrary: fc.record({ push: fc.constantFrom(1, 1, 1, 2, 5, 8, 25) }) },
  { weight: 20, arbitrary: fc.constant('take' as const) },
  { weight: 15, arbitrary: fc.record({ batch: fc.nat(9), refused: fc.array(fc.boolean(), { minLength: 4 }) }) },
  { weight: 5, arbitrary: fc.record({ expire: fc.integer({ min: -1, max: 3 }) }) },
  { weight: 5, arbitrary: fc.constant('flush' as const) },
  { weight: 1, arbitrary: fc.constant('clear' as const) },
);

/**
 * How often entries are looked at or moved in 1,000 rounds of: take a batch, put one back, see what has expired, and add one.
 *
 * @param isAnyOrder all have been taken before, and it is another batch that is put back
 */
function workOfRounds(waiting: number, isAnyOrder = false): number {
  const queue = queues();
  let looks = 0;
  let now = 0;
  const pushNext = () => {
    const next = entry('', now++);
    queue.push(
      new Proxy(next, {
        get(target, name) {
          looks++;
          return Reflect.get(target, name) as unknown;
        },
      }),
    );
  };
  for (let n = 0; n < waiting; n++) pushNext();
  const out: Entry<string>[][] = [];
  if (isAnyOrder) {
    for (let batch = taken(queue.take()); batch; batch = taken(queue.take())) out.push(batch);
    for (let at = 0; at < out.length; at++) queue.putBack(out[(at * 7_919) % out.length]!);
    out.length = 0;
    for (let n = 0; n < 10; n++) out.push(taken(queue.take())!);
  }
  looks = 0;
  const moved = countMoved(() => {
    for (let round = 0; round < 1_000; round++) {
      out.push(taken(queue.take())!);
      queue.putBack(isAnyOrder ? out.splice(round % 10, 1)[0]! : out.pop()!);
      queue.takeArrivedUntil(-1);
      queue.flush();
      pushNext();
    }
  });
  return looks + moved;
}
