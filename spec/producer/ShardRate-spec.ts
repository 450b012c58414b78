import { expect } from 'chai';
import fc from 'fast-check';
import { type ShardLimits, ShardRate } from '../../src/producer/ShardRate.ts';

const KIB = 1024;
const limitsOf = (records: number, bytes = Infinity): ShardLimits => ({
  shardRecordsPerSecond: records,
  shardBytesPerSecond: bytes,
});

interface Sent {
  readonly at: number;
  readonly bytes: number;
}

/** A lane that always has records: it sends what it may, and comes back when it is told, or later. */
function saturate(rate: ShardRate, untilMs: number, bytesOf: () => number, lateMs: () => number = () => 0): Sent[] {
  const sent: Sent[] = [];
  let bytes = bytesOf();
  for (let now = 0; now < untilMs; now = rate.resumesAt + lateMs()) {
    for (; rate.admits(bytes, now); bytes = bytesOf()) {
      rate.take(bytes);
      sent.push({ at: now, bytes });
    }
  }
  return sent;
}

/** The most in any second: in windows that begin where something was sent. */
function mostInASecond(sent: readonly Sent[], weigh: (each: Sent) => number): number {
  let [most, sum, first] = [0, 0, 0];
  for (const each of sent) {
    sum += weigh(each);
    while (sent[first]!.at <= each.at - 1_000) sum -= weigh(sent[first++]!);
    most = Math.max(most, sum);
  }
  return most;
}

const one = () => 1;
const weight = ({ bytes }: Sent) => bytes;

describe('ShardRate', () => {
  it('should allow as many records as the limit says in each second, and 2 % more in none', () => {
    fc.assert(
      fc.property(fc.integer({ min: 50, max: 5_000 }), (limit) => {
        const sent = saturate(new ShardRate(limitsOf(limit), 0), 10_000, () => 1);
        expect(mostInASecond(sent, one)).to.be.at.most(Math.max(limit * 1.02, limit + 1) + 1e-6);
        expect(sent.length / 10).to.be.within(limit * 0.98, limit * 1.02);
      }),
      { numRuns: 30 },
    );
  });

  it('should allow as many bytes as the limit says in each second, and 2 % more in none (pitfall 36)', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 10 * KIB }), { minLength: 1, maxLength: 50 }), (sizes) => {
        let n = 0;
        const limit = KIB * KIB;
        const sent = saturate(
          new ShardRate(limitsOf(Infinity, limit), 0),
          5_000,
          () => sizes[n++ % sizes.length]! + 500,
        );
        expect(mostInASecond(sent, weight)).to.be.at.most(limit * 1.02);
        expect(sent.reduce((sum, { bytes }) => sum + bytes, 0) / 5).to.be.within(limit * 0.98, limit * 1.02);
      }),
      { numRuns: 30 },
    );
  });

  it('should let a record through that is larger than what may be sent at once, and make up for it afterwards', () => {
    const limit = KIB * KIB;
    const sent = saturate(new ShardRate(limitsOf(Infinity, limit), 0), 20_000, () => 300 * KIB);
    expect(sent.reduce((sum, { bytes }) => sum + bytes, 0) / 20).to.be.within(limit * 0.97, limit * 1.03);
    expect(sent[1]!.at - sent[0]!.at).to.be.within(280, 300);
  });

  it('should make up for timers that are late while records wait', () => {
    let n = 0;
    const sent = saturate(
      new ShardRate(limitsOf(1_000), 0),
      10_000,
      () => 1,
      () => [0, 15, 60, 3][n++ % 4]!,
    );
    expect(sent.length / 10).to.be.within(980, 1_020);
  });

  it('should not save up what nobody sent', () => {
    const rate = new ShardRate(limitsOf(1_000), 0);
    const burst = (now: number) => {
      let count = 0;
      for (; rate.admits(1, now); count++) rate.take(1);
      return count;
    };
    expect(burst(0)).to.equal(20);
    rate.admits(1, rate.resumesAt);
    expect(burst(60_000)).to.be.at.most(20);
    expect(burst(60_001)).to.be.at.most(2);
  });

  it('should have 1.2 times the limit in the second after a stall, and no more', () => {
    const rate = new ShardRate(limitsOf(1_000), 0);
    const sendUntil = (from: number, until: number) => {
      let count = 0;
      for (let now = from; now < until; now++) for (; rate.admits(1, now); count++) rate.take(1);
      return count;
    };
    sendUntil(0, 1_000);
    expect(sendUntil(2_000, 3_000)).to.be.within(1_150, 1_200);
    expect(sendUntil(3_000, 4_000)).to.be.at.most(1_020);
  });

  it('should have no limit where that is Infinity', () => {
    const rate = new ShardRate(limitsOf(Infinity), 0);
    for (let n = 0; n < 100_000; n++) {
      expect(rate.admits(KIB * KIB, 0)).to.be.true;
      rate.take(KIB * KIB);
    }
  });

  it('should be cut by a throttle, once for all that was under way, and come back in time', () => {
    const rate = new ShardRate(limitsOf(1_000), 0);
    for (const now of [100, 120, 349]) rate.throttled(now);
    expect(rate.share).to.be.closeTo(0.75, 1e-9);
    rate.throttled(350);
    expect(rate.share).to.be.closeTo((0.75 + 0.25 * 0.05) * 0.75, 1e-9);
    rate.admits(1, 2_350);
    expect(rate.share).to.be.closeTo((0.75 + 0.25 * 0.05) * 0.75 + 0.1, 1e-9);
    rate.admits(1, 60_000);
    expect(rate.share).to.equal(1);
  });

  it('should send by the share that is left, and never stop', () => {
    const rate = new ShardRate(limitsOf(1_000), 0);
    for (let now = 0; now < 30_000; now += 250) rate.throttled(now);
    expect(rate.share).to.be.within(0.05, 0.06);
    const start = 29_750;
    expect(rate.resumesAt).to.be.at.most(start + 1_000);
    const slow = new ShardRate(limitsOf(1_000), 0);
    for (let now = 0; now <= 1_000; now += 250) slow.throttled(now);
    const { share } = slow;
    let count = 0;
    for (let now = 1_000; now < 2_000; now = slow.resumesAt) for (; slow.admits(1, now); count++) slow.take(1);
    expect(count).to.be.within(share * 1_000 * 0.95, (share + 0.05) * 1_000 + 25);
  });
});
