import { Observable } from 'rxjs';
import { MAX_GET_RECORDS, MAX_GET_RECORDS_BYTES } from '../aws/limits.ts';

export interface Amount {
  readonly records: number;
  readonly bytes: number;
}

/** Room that was reserved, and how many records may be asked for with it. */
export interface Grant extends Amount {
  readonly limit: number;
}

/** A size that a record surely does not exceed before any was seen. */
const FIRST_RECORD_BYTES = 1024 * 1024;
/** How fast one large record is forgotten: by each later answer. */
const FORGET = 0.8;

/**
 * The room between what is read and what is settled, shared by all shards of a worker.
 *
 * Half of it is divided into equal guarantees, one a shard; the other half goes to whoever asks first. So a shard that nobody settles
 * can fill its guarantee and the common half, and the others still have theirs. Where half is not enough for one record a shard, as much of the
 * other half is guaranteed as it takes; with less room than a record a shard, shards may have to wait for each other. A reader reserves room before it asks for records; since
 * the service takes a number of records, but none of bytes or of user records in aggregates, the reservation goes by the largest and the
 * fullest record seen lately, and an answer that has more all the same is a debt until it is settled. One in bytes, of which memory is made,
 * holds back all further reading; one in user records, which may be many, that of its own shard.
 */
export class InFlight {
  readonly #max: Amount;
  readonly #shares = new Set<ShardShare>();
  readonly #waiting = new Set<() => boolean>();
  #used = { records: 0, bytes: 0 };
  /** What the guarantees of all shards have left: room that others must not take. */
  #unmet = { records: 0, bytes: 0 };
  #guarantee: Amount = { records: 0, bytes: 0 };
  #debtRecords = 0;
  #largestRecordBytes = FIRST_RECORD_BYTES;
  #mostUserRecords = 1;
  #hasSeenRecords = false;
  /** Since all who wait were asked last. */
  #freed = { records: 0, bytes: 0 };

  constructor(max: Amount) {
    this.#max = max;
  }

  get used(): Amount {
    return this.#used;
  }

  join(): ShardShare {
    const share = new ShardShare(this);
    this.#shares.add(share);
    this.#divide();
    return share;
  }

  /** @internal */
  leave(share: ShardShare): void {
    this.#shares.delete(share);
    this.#divide();
    this.#wake();
  }

  /**
   * Emits what may be read now and completes, as soon as a worthwhile part of what the shard could ever have is free; unsubscribing
   * before that gives up the place in the queue. `onWait` is called if it has to wait.
   *
   * @internal
   */
  reserve(share: ShardShare, onWait: () => void): Observable<Grant> {
    return new Observable((subscriber) => {
      const attempt = (): boolean => {
        const grant = this.#grant(share);
        if (!grant) return false;
        this.#waiting.delete(attempt);
        share.onFreed = undefined;
        this.use(share, grant);
        subscriber.next(grant);
        subscriber.complete();
        return true;
      };
      if (attempt()) return;
      onWait();
      this.#waiting.add(attempt);
      share.onFreed = attempt;
      return () => {
        this.#waiting.delete(attempt);
        share.onFreed = undefined;
      };
    });
  }

  /** Learns from an answer how large records are, and how many user records one may have. */
  observeLargest(recordBytes: number, userRecords = 1): void {
    const remembered = this.#hasSeenRecords ? Math.ceil(this.#largestRecordBytes * FORGET) : 1;
    this.#hasSeenRecords = true;
    this.#largestRecordBytes = Math.max(recordBytes, remembered);
    if (this.#guaranteed().bytes !== this.#guarantee.bytes) this.#divide();
    this.#mostUserRecords = Math.max(1, userRecords, Math.floor(this.#mostUserRecords * FORGET));
  }

  /** Takes (or, with negative amounts, gives back) room. @internal */
  use(share: ShardShare, { records, bytes }: Amount): void {
    // Some room may come back after the shard has left.
    const isMember = this.#shares.has(share);
    if (isMember) this.#countUnmet(share, -1);
    share.records += records;
    share.bytes += bytes;
    if (records < 0) this.owe(share, Math.max(records, -share.debtRecords));
    this.#used.records += records;
    this.#used.bytes += bytes;
    if (isMember) this.#countUnmet(share, 1);
    if (records < 0 || bytes < 0) this.#freedBy(share, -records, -bytes);
  }

  /** Adds to the debt of a shard. @internal */
  owe(share: ShardShare, records: number): void {
    share.debtRecords += records;
    this.#debtRecords += records;
  }

  #freedBy(share: ShardShare, records: number, bytes: number): void {
    if (this.#waiting.size === 0) return;
    share.onFreed?.();
    // Not every settled record is worth asking all who wait.
    this.#freed.records += records;
    this.#freed.bytes += bytes;
    const isWorthwhile = this.#freed.records * 64 >= this.#max.records || this.#freed.bytes * 64 >= this.#max.bytes;
    if (isWorthwhile || share.records === 0) this.#wake();
  }

  #wake(): void {
    this.#freed = { records: 0, bytes: 0 };
    for (const attempt of [...this.#waiting]) if (this.#waiting.has(attempt)) attempt();
  }

  #grant(share: ShardShare): Grant | undefined {
    const debtOfOthers = this.#debtRecords - share.debtRecords;
    const [records, bytes] = [this.#room(share, 'records') + debtOfOthers, this.#room(share, 'bytes')];
    const limit = this.#fitting(records, bytes);
    // A record larger than all the room there is must pass too: alone.
    if (this.#used.records === 0) return this.#amount(Math.max(1, limit));
    const couldHave = this.#fitting(records + share.records, bytes + share.bytes);
    return limit >= Math.max(1, Math.floor(couldHave / 4)) ? this.#amount(limit) : undefined;
  }

  /** How many records surely fit. */
  #fitting(records: number, bytes: number): number {
    const byBytes = bytes >= MAX_GET_RECORDS_BYTES ? MAX_GET_RECORDS : Math.floor(bytes / this.#largestRecordBytes);
    const byRecords = Math.floor(records / this.#userRecordsOfOne);
    return Math.max(0, Math.min(byRecords, byBytes, MAX_GET_RECORDS));
  }

  #amount(limit: number): Grant {
    const bytes = Math.min(limit * this.#largestRecordBytes, MAX_GET_RECORDS_BYTES);
    return { limit, records: limit * this.#userRecordsOfOne, bytes };
  }

  /** How many user records a record counts for: no more than what a shard always has room for, or it would wait for the others for ever. */
  get #userRecordsOfOne(): number {
    return Math.max(1, Math.min(this.#mostUserRecords, this.#guarantee.records));
  }

  /** What the shard may take without touching what is guaranteed to others. */
  #room(share: ShardShare, unit: keyof Amount): number {
    const others = this.#unmet[unit] - unmet(this.#guarantee[unit], share[unit]);
    return this.#max[unit] - this.#used[unit] - others;
  }

  #guaranteed(): Amount {
    const { records, bytes } = this.#max;
    const shards = Math.max(1, this.#shares.size);
    const part = (total: number, ofOne: number) =>
      Math.max(Math.floor(total / 2 / shards), Math.min(ofOne, Math.floor(total / shards)));
    return { records: part(records, 1), bytes: part(bytes, this.#largestRecordBytes) };
  }

  #divide(): void {
    this.#guarantee = this.#guaranteed();
    this.#unmet = { records: 0, bytes: 0 };
    for (const share of this.#shares) this.#countUnmet(share, 1);
  }

  #countUnmet(share: ShardShare, sign: 1 | -1): void {
    this.#unmet.records += sign * unmet(this.#guarantee.records, share.records);
    this.#unmet.bytes += sign * unmet(this.#guarantee.bytes, share.bytes);
  }
}

/** What one shard has of the room in flight. */
export class ShardShare implements Amount {
  /** Reserved, or read and not settled. */
  records = 0;
  bytes = 0;
  /** @internal What it read beyond what it had reserved; what is settled counts for that first. */
  debtRecords = 0;
  /** @internal Set while the shard's reader waits for room. */
  onFreed: (() => boolean) | undefined;
  readonly #inFlight: InFlight;

  constructor(inFlight: InFlight) {
    this.#inFlight = inFlight;
  }

  reserve(onWait: () => void): Observable<Grant> {
    return this.#inFlight.reserve(this, onWait);
  }

  /** Turns a reservation into what was read in fact: often less. */
  adjust(reserved: Amount, read: Amount): void {
    if (read.records > reserved.records) this.#inFlight.owe(this, read.records - reserved.records);
    this.#inFlight.use(this, { records: read.records - reserved.records, bytes: read.bytes - reserved.bytes });
  }

  free(amount: Amount): void {
    this.#inFlight.use(this, { records: -amount.records, bytes: -amount.bytes });
  }

  observeLargest(recordBytes: number, userRecords = 1): void {
    this.#inFlight.observeLargest(recordBytes, userRecords);
  }

  leave(): void {
    this.#inFlight.leave(this);
  }
}

const unmet = (guarantee: number, used: number) => Math.max(0, guarantee - used);
