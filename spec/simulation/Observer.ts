import type { Checkpoint, Lease } from '../../src/checkpoint/Lease.ts';
import type { Position } from '../../src/record/position.ts';
import type { VirtualClock } from '../support/VirtualClock.ts';

/** A record at one of its deliveries. */
export interface Entry {
  readonly shardId: string;
  readonly index: number;
  readonly bytes: number;
  readonly acquisition: Acquisition;
  isSettled: boolean;
}

/** What one worker does with one shard, from one taking of the lease to the next. */
interface Acquisition {
  readonly workerId: string;
  readonly entries: Entry[];
  /** So many of the entries are settled without a gap. */
  prefix: number;
}

interface ShardLog {
  readonly parents: readonly string[];
  readonly places: string[];
  readonly isSettled: boolean[];
  /** So many of the records are settled without a gap, by whomever. */
  prefix: number;
  acquisition: Acquisition | undefined;
  checkpoint: Checkpoint | undefined;
}

export interface Bounds {
  readonly records: number;
  readonly bytes: number;
}

const MAX_TRACE = 80;

/** Sees what is written, delivered, settled and stored, and holds it to the laws. It uses nothing of the library. */
export class Observer {
  readonly violations: string[] = [];
  deliveries = 0;
  /** How much was noted. */
  events = 0;
  readonly #clock: VirtualClock;
  readonly #shards = new Map<string, ShardLog>();
  readonly #acquisitions = new Map<string, Acquisition[]>();
  readonly #bounds = new Map<string, Bounds>();
  readonly #trace: string[] = [];
  readonly #startMs: number;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
    this.#startMs = clock.now();
  }

  get trace(): string {
    return this.#trace.join('\n');
  }

  note(text: string): void {
    this.events += 1;
    this.#trace.push(`${String(this.#clock.now() - this.#startMs).padStart(7)} ${text}`);
    if (this.violations.length === 0 && this.#trace.length > MAX_TRACE * 2) this.#trace.splice(0, MAX_TRACE);
  }

  shardExists(shardId: string, parents: readonly string[]): void {
    if (this.#shards.has(shardId)) return;
    this.#shards.set(shardId, {
      parents,
      places: [],
      isSettled: [],
      prefix: 0,
      acquisition: undefined,
      checkpoint: undefined,
    });
  }

  written(shardId: string, position: Position): void {
    this.#shard(shardId).places.push(placeOf(position));
    this.#shard(shardId).isSettled.push(false);
  }

  workerStarts(workerId: string, bounds: Bounds): void {
    this.#bounds.set(workerId, bounds);
    this.#acquisitions.set(workerId, []);
  }

  taken({ shardId }: Lease, workerId: string): void {
    const acquisition: Acquisition = { workerId, entries: [], prefix: 0 };
    this.#shard(shardId).acquisition = acquisition;
    this.#acquisitions.get(workerId)?.push(acquisition);
    this.note(`${workerId} takes ${short(shardId)}`);
  }

  delivered(workerId: string, shardId: string, position: Position, bytes: number): Entry {
    this.deliveries += 1;
    const shard = this.#shard(shardId);
    const index = shard.places.indexOf(placeOf(position));
    const place = `record ${index} of ${short(shardId)}`;
    this.note(`${workerId} gets ${place}`);
    const { acquisition } = shard;
    if (acquisition?.workerId !== workerId) {
      this.#violate(`${workerId} delivers ${place}, which ${acquisition?.workerId ?? 'nobody'} has taken`);
    }
    const mine = acquisition ?? { workerId, entries: [], prefix: 0 };
    const last = mine.entries.at(-1);
    if (last && index !== last.index + 1) this.#violate(`${workerId} delivers ${place} after record ${last.index}`);
    if (!last && index > shard.prefix)
      this.#violate(`${workerId} begins with ${place}; ${shard.prefix} is not settled`);
    this.#checkParents(shard, place);

    const entry: Entry = { shardId, index, bytes, acquisition: mine, isSettled: false };
    mine.entries.push(entry);
    this.#checkBounds(workerId);
    return entry;
  }

  settled(entry: Entry): void {
    entry.isSettled = true;
    const { acquisition, shardId, index } = entry;
    const { entries } = acquisition;
    while (entries[acquisition.prefix]?.isSettled) acquisition.prefix += 1;
    const shard = this.#shard(shardId);
    shard.isSettled[index] = true;
    this.#advance(shard);
    this.note(`${acquisition.workerId} settles record ${index} of ${short(shardId)}`);
  }

  /** A checkpoint as it stands in the store from now on. */
  stored(shardId: string, checkpoint: Checkpoint): void {
    const shard = this.#shard(shardId);
    const before = this.#indexOf(shard, shard.checkpoint);
    const now = this.#indexOf(shard, checkpoint);
    this.note(`store: ${short(shardId)} at ${checkpoint === 'SHARD_END' ? checkpoint : now}`);
    shard.checkpoint = checkpoint;
    if (now < before) this.#violate(`the checkpoint of ${short(shardId)} goes back from ${before} to ${now}`);
    if (now >= shard.prefix) {
      this.#violate(`the checkpoint of ${short(shardId)} is at ${now}; ${shard.prefix} is not settled`);
    }
  }

  readerFailed(workerId: string, error: unknown): void {
    this.#violate(`${workerId} errors: ${String(error)}`);
  }

  get isAllSettled(): boolean {
    return [...this.#shards.values()].every(({ prefix, places }) => prefix === places.length);
  }

  get unsettled(): string {
    return [...this.#shards]
      .filter(([, { prefix, places }]) => prefix < places.length)
      .map(([id, { prefix, places }]) => `${short(id)}: ${prefix} of ${places.length}`)
      .join(', ');
  }

  /** Shards whose stored checkpoint is behind their last record. */
  get behind(): string[] {
    return [...this.#shards]
      .filter(([, shard]) => this.#indexOf(shard, shard.checkpoint) < shard.places.length - 1)
      .filter(([, shard]) => shard.checkpoint !== undefined || shard.acquisition?.entries.length !== undefined)
      .map(([id]) => short(id));
  }

  #checkParents(shard: ShardLog, place: string): void {
    for (const id of shard.parents) {
      const parent = this.#shards.get(id);
      if (!parent) continue;
      if (parent.prefix < parent.places.length) {
        this.#violate(`${place} is delivered; ${parent.prefix} of its ancestor ${short(id)} is not settled`);
      }
      this.#checkParents(parent, place);
    }
  }

  #checkBounds(workerId: string): void {
    const bounds = this.#bounds.get(workerId);
    if (!bounds) return;
    let [records, bytes] = [0, 0];
    for (const { entries, prefix } of this.#acquisitions.get(workerId) ?? []) {
      records += entries.length - prefix;
      for (let i = prefix; i < entries.length; i += 1) bytes += entries[i]!.bytes;
    }
    if (records > bounds.records) this.#violate(`${workerId} has ${records} records in flight of ${bounds.records}`);
    if (bytes > bounds.bytes) this.#violate(`${workerId} has ${bytes} bytes in flight of ${bounds.bytes}`);
  }

  /** The index of the record that a checkpoint names; -1 for a place to begin at. */
  #indexOf({ places }: ShardLog, checkpoint: Checkpoint | undefined): number {
    if (checkpoint === 'SHARD_END') return places.length - 1;
    if (typeof checkpoint !== 'object' || !('sequenceNumber' in checkpoint)) return -1;
    return places.indexOf(placeOf(checkpoint));
  }

  #advance(shard: ShardLog): void {
    while (shard.isSettled[shard.prefix]) shard.prefix += 1;
  }

  #violate(text: string): void {
    this.note(`VIOLATION: ${text}`);
    this.violations.push(text);
  }

  #shard(shardId: string): ShardLog {
    const shard = this.#shards.get(shardId);
    if (!shard) throw new Error(`no shard ${shardId}`);
    return shard;
  }
}

const placeOf = ({ sequenceNumber, subSequenceNumber }: Position) => `${sequenceNumber}/${subSequenceNumber}`;

const short = (shardId: string) => `shard ${Number(shardId.slice(-12))}`;
