import { Alarm } from './Alarm.ts';
import { AggregateDraft } from './AggregateDraft.ts';
import { Batch } from './Batch.ts';
import type { AggregateLimits, ProducerSettings } from './checkToKinesisOptions.ts';
import type { Entry } from './Entry.ts';
import type { EntryQueue } from './EntryQueue.ts';
import { Heap } from './Heap.ts';
import { KeyOrder } from './KeyOrder.ts';
import type { Parcel } from './Parcel.ts';
import { ShardLane } from './ShardLane.ts';
import type { ShardMap } from './ShardMap.ts';

/** The lane of records whose shard is not known. */
const NOWHERE = '';

/**
 * The records that wait, each in the lane of its shard, and what of them goes with the next request: no more than each shard takes, and
 * where order is kept nothing before what came earlier of its key.
 *
 * A batch takes from the lanes in turn. It costs what it moves, and a look at each lane with records at most.
 */
export class ShardQueues<T> {
  readonly #settings: ProducerSettings<T>;
  readonly #map: ShardMap;
  readonly #order: KeyOrder<T> | undefined;
  readonly #lanes = new Map<string, ShardLane<T>>();
  /** Those with records. */
  readonly #filled = new Set<ShardLane<T>>();
  /** Those of them that may send, in the order of their turns. */
  readonly #ready = new Set<ShardLane<T>>();
  readonly #parked = new Heap<ShardLane<T>>(({ resumesAt }) => resumesAt);
  readonly #alarm: Alarm;
  /** What the ready ones hold. */
  #records = 0;
  #bytes = 0;
  #dueLanes = 0;
  #ripeLanes = 0;

  /** @param onResumed called when a shard takes records again */
  constructor(settings: ProducerSettings<T>, map: ShardMap, onResumed: () => void) {
    this.#settings = settings;
    this.#map = map;
    this.#order = settings.order === 'partitionKey' ? new KeyOrder() : undefined;
    this.#alarm = new Alarm(settings.scheduler, () => {
      this.#resume();
      onResumed();
    });
  }

  /** When the oldest of those that wait arrived. */
  get firstArrivedAt(): number {
    let first = Infinity;
    for (const { queue } of this.#filled) first = Math.min(first, queue.firstArrivedAt);
    return first;
  }

  /** Since when the one waits that has waited longest for company. */
  get firstLingeringAt(): number {
    let first = Infinity;
    for (const { queue } of this.#filled) first = Math.min(first, queue.firstLingering?.arrivedAt ?? Infinity);
    return first;
  }

  /** @param entry arrived no earlier than those before it */
  push(entry: Entry<T>): void {
    this.#order?.join(entry);
    this.#change(this.#laneOf(entry), ({ queue }) => queue.push(entry));
  }

  /** Takes entries that are to be sent again, those of a key in the order in which they were taken. */
  putBack(entries: readonly Entry<T>[]): void {
    this.#order?.callAgain(entries);
    this.#return(entries);
  }

  /** The entry has its result: those behind it may go. Returns the first of them. */
  release(entry: Entry<T>): Entry<T> | undefined {
    if (!this.#order) return undefined;
    const called = this.#order.release(entry, this.#settings.aggregate?.maxBytes ?? 0);
    this.#return(called);
    return called[0];
  }

  /** Makes due all that are here now, and none that come later. */
  flush(): void {
    for (const lane of this.#filled) this.#change(lane, ({ queue }) => queue.flush());
  }

  /** Takes what goes with the next request, if that is full or some of it is due. */
  take(): Parcel<T>[] | undefined {
    if (this.#ripeLanes === 0 || (!this.#isFull && this.#dueLanes === 0)) return undefined;
    const batch = new Batch<T>(this.#settings);
    for (const lane of this.#ready) {
      if (!this.#isRipe(lane)) continue;
      this.#change(lane, () => this.#fill(batch, lane));
      if (!batch.isFull) continue;
      // The others have their turn first.
      if (this.#ready.delete(lane)) this.#ready.add(lane);
      break;
    }
    return batch.parcels.length > 0 ? batch.parcels : undefined;
  }

  /** Takes the entries that arrived at `time` or before. */
  takeArrivedUntil(time: number): Entry<T>[] {
    return [...this.#filled].flatMap((lane) => this.#change(lane, ({ queue }) => queue.takeArrivedUntil(time)));
  }

  /** The map has changed: what was to go elsewhere, or nobody knew where, is put where it goes now. */
  sortAnew(): void {
    const moved = [...this.#lanes].filter(
      ([shardId, { shard }]) => !shard || this.#map.shardOf(shard.start)?.shardId !== shardId,
    );
    const entries = moved.map(([shardId, lane]) => {
      const drained = this.#change(lane, ({ queue }) => queue.drain());
      this.#lanes.delete(shardId);
      return drained;
    });
    const byAge = (each: 'due' | 'lingering') => entries.flatMap((drained) => drained[each]).sort(byArrival);
    this.#return(byAge('due'));
    for (const entry of byAge('lingering')) {
      const lane = this.#laneOf(entry);
      // Not behind younger ones, where its time would pass unseen.
      if ((lane.queue.last?.arrivedAt ?? 0) > entry.arrivedAt) this.#return([entry]);
      else this.#change(lane, ({ queue }) => queue.push(entry));
    }
  }

  /** Kinesis refused the parcel for throughput: its shard is spared for a while. */
  throttled({ shardId }: Parcel<T>): void {
    this.#lanes.get(shardId ?? NOWHERE)?.rate?.throttled(this.#settings.scheduler.now());
  }

  clear(): void {
    this.#alarm.cancel();
    this.#lanes.clear();
    this.#filled.clear();
    this.#ready.clear();
    this.#parked.clear();
    this.#order?.clear();
    [this.#records, this.#bytes, this.#dueLanes, this.#ripeLanes] = [0, 0, 0, 0];
  }

  get #isFull(): boolean {
    const { aggregate, maxBatchRecords, maxBatchBytes } = this.#settings;
    return this.#bytes >= maxBatchBytes || (!aggregate && this.#records >= maxBatchRecords);
  }

  /** Whether a batch that goes anyway takes from the lane: not yet where an aggregate would be half empty. */
  #isRipe({ shard, queue }: ShardLane<T>): boolean {
    const { aggregate } = this.#settings;
    return !aggregate || !shard || queue.isDue || queue.bytes >= aggregate.maxBytes;
  }

  #fill(batch: Batch<T>, lane: ShardLane<T>): void {
    const { queue, rate } = lane;
    const { aggregate, scheduler } = this.#settings;
    const now = scheduler.now();
    while (queue.first && !batch.isFull) {
      const bytes = aggregate ? leastBytes(queue, aggregate) : queue.first.bytes;
      if (rate?.admits(bytes, now) === false) {
        this.#park(lane, rate.resumesAt);
        return;
      }
      const parcel = this.#pack(batch, lane);
      if (!parcel) continue;
      rate?.take(parcel.bytes);
      batch.add(parcel);
    }
  }

  /** Takes the next record, or an aggregate of the next; nothing where there is no room, or it has to wait for others of its key. */
  #pack(batch: Batch<T>, { shard, queue }: ShardLane<T>): Parcel<T> | undefined {
    const { first } = queue;
    if (!first) return undefined;
    if (first.bytes > batch.room || !batch.suits(first.company)) {
      batch.close();
      return undefined;
    }
    const { aggregate } = this.#settings;
    if (shard && aggregate) return this.#aggregate(queue, aggregate, batch.room);
    queue.shift();
    return this.#mayGo(first, first) ? first : undefined;
  }

  #aggregate(queue: EntryQueue<T>, { maxRecords, maxBytes }: AggregateLimits, room: number): Parcel<T> | undefined {
    const draft = new AggregateDraft<T>();
    for (let { first } = queue; first && draft.length < maxRecords; { first } = queue) {
      const bytes = draft.bytesWith(first);
      const isFirst = draft.length === 0;
      if (!isFirst && (bytes > Math.min(maxBytes, room) || first.company !== draft.company)) break;
      queue.shift();
      if (!this.#mayGo(first, draft)) {
        // Who comes next was not looked at: it may be too much for the batch, or for the shard.
        if (isFirst) return undefined;
        continue;
      }
      if (isFirst && bytes > maxBytes) return first;
      draft.add(first);
    }
    return draft.finish();
  }

  #mayGo(entry: Entry<T>, holder: object): boolean {
    return !this.#order || this.#order.claims(entry, holder);
  }

  #return(entries: readonly Entry<T>[]): void {
    const byLane = new Map<ShardLane<T>, Entry<T>[]>();
    for (const entry of entries) {
      const lane = this.#laneOf(entry);
      const alike = byLane.get(lane);
      if (alike) alike.push(entry);
      else byLane.set(lane, [entry]);
    }
    // What comes back together may have been sent by several requests.
    for (const [lane, each] of byLane) this.#change(lane, ({ queue }) => queue.putBack(each.sort(byArrival)));
  }

  #laneOf(entry: Entry<T>): ShardLane<T> {
    const shard = this.#map.isKnown ? this.#map.shardOf(entry.hash) : undefined;
    entry.shardId = shard?.shardId;
    const key = shard?.shardId ?? NOWHERE;
    let lane = this.#lanes.get(key);
    if (!lane) {
      lane = new ShardLane(shard, this.#settings, this.#settings.scheduler.now());
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  #park(lane: ShardLane<T>, resumesAt: number): void {
    lane.isParked = true;
    lane.resumesAt = resumesAt;
    this.#parked.push(lane);
    this.#alarm.setFor(resumesAt);
  }

  #resume(): void {
    const now = this.#settings.scheduler.now();
    while ((this.#parked.least?.resumesAt ?? Infinity) <= now) {
      const lane = this.#parked.shift();
      if (lane) this.#change(lane, () => (lane.isParked = false));
    }
    this.#alarm.setFor(this.#parked.least?.resumesAt ?? Infinity);
  }

  /** Does something to a lane, and keeps the sums over the lanes right. */
  #change<Result>(lane: ShardLane<T>, change: (lane: ShardLane<T>) => Result): Result {
    if (this.#ready.has(lane)) this.#count(lane, -1);
    const result = change(lane);
    const isFilled = lane.queue.length > 0;
    const isReady = isFilled && !lane.isParked;
    if (isFilled) this.#filled.add(lane);
    else this.#filled.delete(lane);
    if (isReady) this.#ready.add(lane);
    else this.#ready.delete(lane);
    if (isReady) this.#count(lane, 1);
    return result;
  }

  #count(lane: ShardLane<T>, sign: 1 | -1): void {
    const { queue } = lane;
    this.#records += sign * queue.length;
    this.#bytes += sign * queue.bytes;
    this.#dueLanes += queue.isDue ? sign : 0;
    this.#ripeLanes += this.#isRipe(lane) ? sign : 0;
  }
}

/** What the next aggregate weighs at least: all that there is, or as much as it may. */
const leastBytes = <T>({ first, bytes }: EntryQueue<T>, { maxBytes }: AggregateLimits) =>
  Math.max(first?.bytes ?? 0, Math.min(bytes, maxBytes));

const byArrival = (a: Entry<unknown>, b: Entry<unknown>) => a.arrivedAt - b.arrivedAt;
