import type { CheckpointStore } from '../../src/checkpoint/CheckpointStore.ts';
import { isPosition, isProgress } from '../../src/checkpoint/isProgress.ts';
import type { Checkpoint, Lease, NewLease, Taker } from '../../src/checkpoint/Lease.ts';

/** What can be wrong with a store. */
export const FLAWS = [
  'reads first and writes later',
  'compares nothing',
  'compares the owner only',
  'compares the token only',
  'compares the counter too',
  'renews by writing its snapshot',
  'releases whatever is held',
  'compares positions as text',
  'compares positions as numbers',
  'compares no sub-sequence numbers',
  'stores no sub-sequence numbers',
  'goes back',
  'refuses to go back',
  'opens ended shards again',
  'loses parents',
  'loses children',
  'forgets the time to begin at',
  'stores times as text',
  'lets progress expire',
  'has no application in its keys',
  'has no stream in its keys',
  'finds keys by how they begin',
  'ignores case',
  'creates over what exists',
  'creates what was removed',
  'lists one page',
  'fails where there is nothing to list',
  'lists from a cache',
  'takes by any snapshot',
  'keeps the request at a take',
  'loses the request at a release',
  'loses progress at a release',
  'lets each ask over the one before',
  'renews when asked again',
  'asks by any snapshot',
  'asks for free leases',
  'refuses a repeated take',
  'clears requests at a repeated take',
  'refuses a repeated release',
  'counts no checkpoints',
  'counts no renewals',
  'counts no switches',
  'counts each take as a switch',
  'never resets switches',
  'removes by any snapshot',
  'denies a repeated removal',
  'removes the stream',
  'puts back by any snapshot',
  'puts back forward only',
  'keeps the owner at a put back',
  'keeps the request at a put back',
  'keeps switches at a put back',
  'loses children at a put back',
  'refuses a repeated put back',
  'finds a put back in what waits for another',
  'puts nothing back where it is',
  'answers with what was before',
  'answers with its snapshot',
  'tells when it wrote anything',
  'forgets when it wrote',
] as const;
export type Flaw = (typeof FLAWS)[number] | 'none';

/** The rows that stores of one database share, and its clock. */
export class Database {
  readonly rows = new Map<string, { readonly lease: Lease; readonly writtenAtMs: number }>();
  nowMs = 0;
}

const PAGE = 1_000;
const DAY_MS = 86_400_000;

/** A store over a database that answers later, written apart from `memoryCheckpoints`, and right but for one flaw. */
export class FlawedStore implements CheckpointStore {
  readonly #database: Database;
  readonly #application: string;
  readonly #flaw: Flaw;
  readonly #cache = new Map<string, readonly Lease[]>();

  constructor(database: Database, application: string, flaw: Flaw) {
    this.#database = database;
    this.#application = application;
    this.#flaw = flaw;
  }

  async leases(streamName: string): Promise<readonly Lease[]> {
    await Promise.resolve();
    const cached = this.#cache.get(streamName);
    if (cached && this.#has('lists from a cache')) return cached;
    const end = this.#has('finds keys by how they begin') ? '' : '|';
    const prefix = this.#keyOf(streamName, '').slice(0, -1) + end;
    const rows = [...this.#database.rows].filter(([key]) => key.startsWith(prefix)).map(([, row]) => row);
    const { nowMs } = this.#database;
    if (rows.length === 0 && this.#has('fails where there is nothing to list')) throw new Error('no such stream');
    const alive = this.#has('lets progress expire')
      ? rows.filter(({ writtenAtMs }) => nowMs - writtenAtMs < DAY_MS)
      : rows;
    const leases = alive.map(({ lease }) => lease).slice(0, this.#has('lists one page') ? PAGE : Infinity);
    this.#cache.set(streamName, leases);
    return leases;
  }

  async create(streamName: string, leases: readonly NewLease[]): Promise<void> {
    for (const lease of leases) {
      await Promise.resolve();
      const key = this.#keyOf(streamName, lease.shardId);
      if (this.#database.rows.has(key) && !this.#has('creates over what exists')) continue;
      this.#put(key, {
        ...lease,
        parentShardIds: this.#has('loses parents') ? [] : lease.parentShardIds,
        streamName,
        childShardIds: [],
        owner: undefined,
        token: undefined,
        nextOwner: undefined,
        counter: 0,
        ownerSwitchesSinceCheckpoint: 0,
      });
    }
  }

  take(lease: Lease, { workerId, token }: Taker): Promise<Lease | undefined> {
    return this.#write(lease, (stored) => {
      if (stored.token === token && !this.#has('refuses a repeated take')) {
        return this.#has('clears requests at a repeated take') ? { ...stored, nextOwner: undefined } : stored;
      }
      if (stored.counter !== lease.counter && !this.#has('takes by any snapshot')) return undefined;
      const isSwitch =
        (stored.owner !== undefined && stored.owner !== workerId) || this.#has('counts each take as a switch');
      const switches = stored.ownerSwitchesSinceCheckpoint;
      return {
        ...stored,
        owner: workerId,
        token,
        nextOwner: this.#has('keeps the request at a take') ? stored.nextOwner : undefined,
        counter: stored.counter + 1,
        ownerSwitchesSinceCheckpoint: isSwitch && !this.#has('counts no switches') ? switches + 1 : switches,
      };
    });
  }

  renew(lease: Lease): Promise<Lease | undefined> {
    return this.#write(lease, (stored) => {
      if (!this.#isHeld(lease, stored)) return undefined;
      const kept = this.#has('renews by writing its snapshot') ? lease : stored;
      return { ...kept, counter: stored.counter + (this.#has('counts no renewals') ? 0 : 1) };
    });
  }

  checkpoint(lease: Lease, next: Checkpoint, childShardIds?: readonly string[]): Promise<Lease | undefined> {
    return this.#write(lease, (stored) => {
      if (!this.#isHeld(lease, stored)) return undefined;
      const counter = stored.counter + (this.#has('counts no checkpoints') ? 0 : 1);
      if (!this.#isProgress(stored.checkpoint, next)) {
        return this.#has('refuses to go back') ? undefined : { ...stored, counter };
      }
      return {
        ...stored,
        checkpoint: next,
        childShardIds: this.#has('loses children') ? [] : (childShardIds ?? stored.childShardIds),
        counter,
        ownerSwitchesSinceCheckpoint: this.#has('never resets switches') ? stored.ownerSwitchesSinceCheckpoint : 0,
      };
    });
  }

  requestHandOver(lease: Lease, workerId: string): Promise<Lease | undefined> {
    return this.#write(lease, (stored) => {
      const asked = { ...stored, nextOwner: workerId, counter: stored.counter + 1 };
      if (stored.owner === undefined && !this.#has('asks for free leases')) return undefined;
      if (stored.nextOwner === workerId) return this.#has('renews when asked again') ? asked : stored;
      if (stored.nextOwner !== undefined && !this.#has('lets each ask over the one before')) return undefined;
      return stored.counter === lease.counter || this.#has('asks by any snapshot') ? asked : undefined;
    });
  }

  release(lease: Lease): Promise<Lease | undefined> {
    return this.#write(lease, (stored) => {
      if (stored.owner === undefined && !this.#has('refuses a repeated release')) return stored;
      if (!this.#isHeld(lease, stored) && !this.#has('releases whatever is held')) return undefined;
      return {
        ...stored,
        owner: undefined,
        token: undefined,
        nextOwner: this.#has('loses the request at a release') ? undefined : stored.nextOwner,
        checkpoint: this.#has('loses progress at a release') ? 'TRIM_HORIZON' : stored.checkpoint,
        counter: stored.counter + 1,
      };
    });
  }

  async remove({ streamName, shardId, counter }: Lease): Promise<boolean> {
    await Promise.resolve();
    const { rows } = this.#database;
    const key = this.#keyOf(streamName, shardId);
    const stored = rows.get(key)?.lease;
    if (!stored) return !this.#has('denies a repeated removal');
    if (stored.counter !== counter && !this.#has('removes by any snapshot')) return false;
    const isDoomed = (each: string) => each === key || this.#has('removes the stream');
    for (const each of [...rows.keys()].filter(isDoomed)) rows.delete(each);
    return true;
  }

  putBack(lease: Lease, checkpoint: Checkpoint): Promise<Lease | undefined> {
    return this.#write(lease, (stored) => {
      const isThere = !stored.owner && JSON.stringify(stored.checkpoint) === JSON.stringify(checkpoint);
      const isKept = stored.nextOwner !== undefined && !this.#has('finds a put back in what waits for another');
      if (isThere && this.#has('puts nothing back where it is')) return stored;
      if (stored.counter !== lease.counter && !this.#has('puts back by any snapshot')) {
        return isThere && !isKept && !this.#has('refuses a repeated put back') ? stored : undefined;
      }
      if (this.#has('puts back forward only') && !isProgress(stored.checkpoint, checkpoint)) return stored;
      const free = { owner: undefined, token: undefined };
      return {
        ...stored,
        ...(this.#has('keeps the owner at a put back') ? {} : free),
        checkpoint,
        nextOwner: this.#has('keeps the request at a put back') ? stored.nextOwner : undefined,
        childShardIds: this.#has('loses children at a put back') ? [] : stored.childShardIds,
        counter: stored.counter + 1,
        ownerSwitchesSinceCheckpoint: this.#has('keeps switches at a put back')
          ? stored.ownerSwitchesSinceCheckpoint
          : 0,
      };
    });
  }

  async #write(lease: Lease, change: (stored: Lease) => Lease | undefined): Promise<Lease | undefined> {
    const key = this.#keyOf(lease.streamName, lease.shardId);
    const { rows } = this.#database;
    let stored = rows.get(key)?.lease;
    await Promise.resolve();
    if (!this.#has('reads first and writes later')) stored = rows.get(key)?.lease;
    if (!stored && this.#has('creates what was removed')) stored = lease;
    const written = stored && change(stored);
    if (!written) return undefined;
    const put = this.#put(key, written);
    if (this.#has('answers with what was before')) return stored;
    return this.#has('answers with its snapshot') ? { ...lease, counter: put.counter } : put;
  }

  #put(key: string, lease: Lease): Lease {
    const before = this.#database.rows.get(key)?.lease;
    const isMoved = before && before.checkpoint !== lease.checkpoint;
    const isTimed = isMoved === true || this.#has('tells when it wrote anything');
    const checkpointedAt = isTimed ? new Date((this.#database.nowMs += 1)) : before?.checkpointedAt;
    const put = {
      ...lease,
      checkpoint: this.#storable(lease.checkpoint),
      checkpointedAt: this.#has('forgets when it wrote') && !isMoved ? undefined : checkpointedAt,
    };
    this.#database.rows.set(key, { lease: put, writtenAtMs: this.#database.nowMs });
    return put;
  }

  #storable(checkpoint: Checkpoint): Checkpoint {
    if (typeof checkpoint === 'string') return checkpoint;
    if (isPosition(checkpoint)) {
      return this.#has('stores no sub-sequence numbers') ? { ...checkpoint, subSequenceNumber: 0 } : checkpoint;
    }
    if (this.#has('forgets the time to begin at')) return 'LATEST';
    return this.#has('stores times as text') ? (JSON.parse(JSON.stringify(checkpoint)) as Checkpoint) : checkpoint;
  }

  #isHeld(lease: Lease, stored: Lease): boolean {
    if (this.#has('compares nothing')) return true;
    if (lease.token === undefined) return false;
    if (this.#has('compares the counter too') && lease.counter !== stored.counter) return false;
    const isOwner = stored.owner === lease.owner || this.#has('compares the token only');
    return isOwner && (stored.token === lease.token || this.#has('compares the owner only'));
  }

  #isProgress(stored: Checkpoint, next: Checkpoint): boolean {
    if (this.#has('goes back')) return stored !== 'SHARD_END';
    if (stored === 'SHARD_END' && this.#has('opens ended shards again')) return true;
    if (typeof stored === 'string' || typeof next === 'string' || !isPosition(stored) || !isPosition(next)) {
      return isProgress(stored, next);
    }
    const [a, b] = [stored.sequenceNumber, next.sequenceNumber];
    const isSubLater = stored.subSequenceNumber < next.subSequenceNumber;
    if (this.#has('compares positions as text')) return a < b || (a === b && isSubLater);
    if (this.#has('compares positions as numbers'))
      return Number(a) < Number(b) || (Number(a) === Number(b) && isSubLater);
    if (this.#has('compares no sub-sequence numbers')) return BigInt(a) < BigInt(b);
    return isProgress(stored, next);
  }

  #keyOf(streamName: string, shardId: string): string {
    const application = this.#has('has no application in its keys') ? '' : this.#application;
    const key = `${application}|${this.#has('has no stream in its keys') ? '' : streamName}|${shardId}`;
    return this.#has('ignores case') ? key.toLowerCase() : key;
  }

  #has(flaw: Flaw): boolean {
    return this.#flaw === flaw;
  }
}
