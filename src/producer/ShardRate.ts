/** What a shard takes in a second. */
export interface ShardLimits {
  readonly shardRecordsPerSecond: number;
  readonly shardBytesPerSecond: number;
}

/** What may be sent at once after a pause, in seconds' worth of the limit: so little, that no second has 2 % more than its share. */
const BURST_SECONDS = 0.02;
/** While records wait, so much of what a late timer or a busy thread left unused may be caught up. */
const LATENESS_SECONDS = 0.2;
/** A throttle cuts the rate to so much of itself, and not again before {@link CUT_PAUSE_MS} are over: what was under way is throttled, too. */
const CUT = 0.75;
const CUT_PAUSE_MS = 250;
const LEAST_SHARE = 0.05;
/** So much of the limit comes back in a second without a throttle. */
const REGROWTH = 0.05;

/**
 * How much may be sent to a shard: two token buckets, of records and of bytes, and the share of the limit that is ours. Others may write to the
 * shard, too: each throttle lowers our share, and time raises it again.
 *
 * A record that is larger than a bucket goes when that is full, and the next ones wait until it is paid for.
 */
export class ShardRate {
  readonly #records: Bucket;
  readonly #bytes: Bucket;
  #share = 1;
  #filledAt: number;
  #cutAt = -Infinity;
  #isWaitedFor = false;

  constructor({ shardRecordsPerSecond, shardBytesPerSecond }: ShardLimits, now: number) {
    this.#records = new Bucket(shardRecordsPerSecond);
    this.#bytes = new Bucket(shardBytesPerSecond);
    this.#filledAt = now;
  }

  /** How much of the limit is ours. */
  get share(): number {
    return this.#share;
  }

  /** Whether a record of `bytes`, or an aggregate of at least so many, may be sent now. */
  admits(bytes: number, now: number): boolean {
    this.#fill(now);
    this.#isWaitedFor = !this.#records.has(1) || !this.#bytes.has(bytes);
    return !this.#isWaitedFor;
  }

  /** A record of `bytes` is sent. */
  take(bytes: number): void {
    this.#records.take(1);
    this.#bytes.take(bytes);
  }

  /** When a burst may be sent again. */
  get resumesAt(): number {
    const seconds = Math.max(this.#records.secondsToFull, this.#bytes.secondsToFull) / this.#share;
    return this.#filledAt + Math.max(1, Math.ceil(seconds * 1_000));
  }

  /** Kinesis refused a record of this shard for throughput. */
  throttled(now: number): void {
    if (now - this.#cutAt < CUT_PAUSE_MS) return;
    this.#fill(now);
    this.#cutAt = now;
    this.#share = Math.max(LEAST_SHARE, this.#share * CUT);
  }

  #fill(now: number): void {
    const seconds = Math.max(0, now - this.#filledAt) / 1_000;
    if (seconds === 0) return;
    this.#filledAt = now;
    this.#share = Math.min(1, this.#share + seconds * REGROWTH);
    const most = this.#isWaitedFor ? LATENESS_SECONDS : BURST_SECONDS;
    this.#records.fill(seconds * this.#share, most);
    this.#bytes.fill(seconds * this.#share, most);
  }
}

/** Tokens, of which a second brings so many. */
class Bucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #level: number;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#burst = burst(perSecond, BURST_SECONDS);
    this.#level = this.#burst;
  }

  get secondsToFull(): number {
    return this.#level >= this.#burst ? 0 : (this.#burst - this.#level) / this.#perSecond;
  }

  has(amount: number): boolean {
    return this.#level >= Math.min(amount, this.#burst);
  }

  take(amount: number): void {
    this.#level -= amount;
  }

  fill(seconds: number, mostSeconds: number): void {
    const most = Math.max(this.#level, burst(this.#perSecond, mostSeconds));
    this.#level = Math.min(most, this.#level + seconds * this.#perSecond);
  }
}

/** At least one whole token fits. */
const burst = (perSecond: number, seconds: number) => Math.max(1, perSecond * seconds);
