import { expect } from 'chai';
import fc from 'fast-check';
import type { Subscription } from 'rxjs';
import { type Amount, type Grant, InFlight, type ShardShare } from '../../src/consumer/InFlight.ts';

const NOTHING: Amount = { records: 0, bytes: 0 };
const MIB = 1024 * 1024;
const max: Amount = { records: 100, bytes: 64 * MIB };

/** Reserves at once, or fails. */
function reserve(share: ShardShare): Grant {
  let granted: Grant | undefined;
  share.reserve(() => undefined).subscribe((amount) => (granted = amount));
  expect(granted, 'nothing was granted').not.to.equal(undefined);
  return granted!;
}

describe('InFlight', () => {
  it('should keep a guarantee for each shard when one takes all it can', () => {
    const inFlight = new InFlight(max);
    const [greedy, modest] = [inFlight.join(), inFlight.join()];
    expect(reserve(greedy).records).to.be.at.least(30);
    expect(reserve(modest).records).to.be.at.least(25);
    expect(inFlight.used.records).to.be.at.most(100);
  });

  it('should guarantee a record to each shard, though half of the room is too little for that', () => {
    const inFlight = new InFlight(max);
    const [greedy, ...others] = Array.from({ length: 64 }, () => inFlight.join());
    greedy!.observeLargest(10);
    const grant = reserve(greedy!);
    expect(grant.records).to.equal(100 - 63);
    for (const other of others) expect(reserve(other).records).to.equal(1);
    expect(inFlight.used.records).to.equal(100);
  });

  it('should guarantee it also where records are large', () => {
    const inFlight = new InFlight({ records: 10_000, bytes: 64 * MIB });
    const [first, ...others] = Array.from({ length: 40 }, () => inFlight.join());
    const take = (share: ShardShare) => {
      const grant = reserve(share);
      share.observeLargest(900_000);
      // An answer has 10 MiB at the most.
      const records = Math.min(grant.limit, 11);
      share.adjust(grant, { records, bytes: records * 900_000 });
    };
    take(first!);
    for (const slow of others.slice(0, 3)) take(slow);
    for (const other of others.slice(3)) take(other);
    expect(inFlight.used.bytes).to.be.at.most(64 * MIB);
  });

  it('should let a record pass that is larger than all the room, alone', () => {
    const inFlight = new InFlight({ records: 10, bytes: 10 });
    const share = inFlight.join();
    const reserved = reserve(share);
    expect(reserved.records).to.equal(1);
    share.observeLargest(1_000);
    share.adjust(reserved, { records: 1, bytes: 1_000 });
    let next: Amount | undefined;
    inFlight
      .join()
      .reserve(() => undefined)
      .subscribe((amount) => (next = amount));
    expect(next).to.equal(undefined);
    share.free({ records: 1, bytes: 1_000 });
    expect(next!.records).to.equal(1);
  });

  it('should give a shard its guarantee when an answer was smaller than the room that was kept for it', () => {
    const inFlight = new InFlight({ records: 100, bytes: 1024 * 1024 });
    const [slow, other] = [inFlight.join(), inFlight.join()];
    const reserved = reserve(slow);
    let granted: Amount | undefined;
    other.reserve(() => undefined).subscribe((amount) => (granted = amount));
    expect(granted).to.equal(undefined);
    slow.observeLargest(100);
    slow.adjust(reserved, { records: 1, bytes: 100 });

    expect(granted?.records).to.be.at.least(1);
  });

  it('should ask for fewer records after fuller aggregates, and forget them', () => {
    const inFlight = new InFlight({ records: 1_000, bytes: 2 ** 30 });
    const share = inFlight.join();
    const limits = [400, 1, 1, 1, 1, 1].map((userRecords) => {
      share.observeLargest(100, userRecords);
      let limit = 0;
      share
        .reserve(() => undefined)
        .subscribe((grant) => {
          limit = grant.limit;
          share.adjust(grant, NOTHING);
        });
      return limit;
    });
    expect(limits).to.deep.equal([2, 3, 3, 4, 6, 7]);
  });

  it('should let others read on while a shard has more user records than all the room, and let it wait', () => {
    const inFlight = new InFlight({ records: 100, bytes: 2 ** 30 });
    const [full, other] = [inFlight.join(), inFlight.join()];
    const reserved = reserve(full);
    full.observeLargest(100, 500);
    full.adjust(reserved, { records: 5_000, bytes: 1_000 });
    const granted = reserve(other);
    expect(granted.records).to.be.within(1, 100);
    other.adjust(granted, NOTHING);
    let again: Amount | undefined;
    full.reserve(() => undefined).subscribe((amount) => (again = amount));
    full.free({ records: 4_900, bytes: 980 });
    expect(again).to.equal(undefined);
    full.free({ records: 100, bytes: 20 });
    expect(again).not.to.equal(undefined);
    full.adjust(again!, NOTHING);
    expect(inFlight.used).to.deep.equal(NOTHING);
    full.leave();
    expect(reserve(other).records).to.equal(100);
  });

  it('should forget who leaves the queue', () => {
    const inFlight = new InFlight({ records: 1, bytes: 1024 });
    const [one, other] = [inFlight.join(), inFlight.join()];
    const reserved = reserve(one);
    let waited = 0;
    const subscription = other.reserve(() => (waited += 1)).subscribe(() => expect.fail('granted'));
    subscription.unsubscribe();
    one.adjust(reserved, NOTHING);
    expect(waited).to.equal(1);
    expect(inFlight.used).to.deep.equal(NOTHING);
  });

  it('should never grant more than its bounds, lose no room, and let everybody on once all is settled', () => {
    const step = fc.record({
      shard: fc.nat({ max: 4 }),
      action: fc.constantFrom('reserve', 'answer', 'fail', 'settle', 'leave'),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      recordBytes: fc.integer({ min: 1, max: 2_000 }),
    });
    const bounds = fc.record({
      records: fc.integer({ min: 1, max: 300 }),
      bytes: fc.integer({ min: 1, max: 4_000_000 }),
    });
    fc.assert(
      fc.property(bounds, fc.array(step, { maxLength: 120 }), (most, steps) => {
        const inFlight = new InFlight(most);
        const shards = new Map<number, Fake>();
        for (const { shard, action, share, recordBytes } of steps) {
          const fake = shards.get(shard) ?? new Fake(inFlight);
          shards.set(shard, fake);
          if (action === 'reserve') fake.reserve();
          else if (action === 'answer') fake.answer(share, recordBytes);
          else if (action === 'fail') fake.answer(0, 1);
          else if (action === 'settle') fake.settle(share);
          else if (fake.leave()) shards.delete(shard);
          expect(inFlight.used.records).to.be.at.most(most.records);
          expect(inFlight.used.records).to.equal([...shards.values()].reduce((sum, each) => sum + each.records, 0));
          expect(inFlight.used.bytes).to.be.at.least(0);
        }
        for (let round = 0; round < 10; round += 1) {
          for (const fake of shards.values()) {
            fake.answer(1, 10);
            fake.settle(1);
          }
        }
        expect([...shards.values()].filter(({ isWaiting }) => isWaiting)).to.deep.equal([]);
        expect(inFlight.used).to.deep.equal(NOTHING);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** A reader of one shard, driven by hand. */
class Fake {
  readonly #share: ShardShare;
  readonly #read: Amount[] = [];
  #reserved: Amount | undefined;
  #waiting: Subscription | undefined;

  constructor(inFlight: InFlight) {
    this.#share = inFlight.join();
  }

  get isWaiting(): boolean {
    return this.#waiting !== undefined;
  }

  get records(): number {
    return (this.#reserved?.records ?? 0) + this.#read.reduce((sum, { records }) => sum + records, 0);
  }

  reserve(): void {
    if (this.#reserved || this.#waiting) return;
    const waiting = this.#share
      .reserve(() => undefined)
      .subscribe((amount) => {
        this.#reserved = amount;
        this.#waiting = undefined;
      });
    if (!waiting.closed) this.#waiting = waiting;
  }

  answer(share: number, recordBytes: number): void {
    const reserved = this.#reserved;
    if (!reserved) return;
    this.#reserved = undefined;
    const records = Math.floor(reserved.records * share);
    const read = { records, bytes: records * recordBytes };
    if (records > 0) this.#share.observeLargest(recordBytes);
    this.#share.adjust(reserved, read);
    if (records > 0) this.#read.push(read);
  }

  settle(share: number): void {
    const count = Math.ceil(this.#read.length * share);
    for (const amount of this.#read.splice(0, count)) this.#share.free(amount);
  }

  leave(): boolean {
    if (this.#reserved || this.#read.length > 0) return false;
    this.#waiting?.unsubscribe();
    this.#share.leave();
    return true;
  }
}
