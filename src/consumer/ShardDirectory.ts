import {
  concat,
  concatMap,
  defer,
  EMPTY,
  filter,
  from,
  ignoreElements,
  interval,
  map,
  merge,
  type Observable,
  Subject,
  tap,
} from 'rxjs';
import type { Lease } from '../checkpoint/Lease.ts';
import type { Diagnostics } from '../diagnostics/Diagnostics.ts';
import { KinesisStreamError } from '../errors/KinesisStreamError.ts';
import { coalesceMap } from '../internal/coalesceMap.ts';
import type { ConsumerSettings } from './ConsumerSettings.ts';
import { LastingDoubts } from './LastingDoubts.ts';
import { listTopology } from './listTopology.ts';
import { newLeases } from './newLeases.ts';
import { takesWrites } from './takesWrites.ts';
import {
  EMPTY_TOPOLOGY,
  isChildless,
  knowsParentsOf,
  reshardsBetween,
  withChildren,
  type ShardInfo,
  type Topology,
} from './topology.ts';
import type { WorkerCalls } from './WorkerCalls.ts';

/** Which shards the stream has, from listings and from the ends of shards; each has its lease in the store. */
export class ShardDirectory {
  readonly #settings: ConsumerSettings;
  readonly #calls: WorkerCalls;
  readonly #diagnostics: Diagnostics;
  readonly #wanted = new Subject<void>();
  readonly #updates = new Subject<void>();
  #topology: Topology = EMPTY_TOPOLOGY;
  /** How many listings were asked for, and the newest that was applied. */
  #listings = 0;
  #applied = 0;
  /** Children that were learned of, with the newest listing asked for by then: it, and those before, may not show them. */
  #learned: { readonly child: ShardInfo; readonly during: number }[] = [];
  /** Shards with a lease that the listing does not show. */
  readonly #missed: LastingDoubts;
  /** Shards that were read to their end, by their leases, and that the listing shows as they were before. */
  readonly #reborn: LastingDoubts;

  constructor(settings: ConsumerSettings, calls: WorkerCalls, diagnostics: Diagnostics) {
    this.#settings = settings;
    this.#calls = calls;
    this.#diagnostics = diagnostics;
    this.#missed = new LastingDoubts(settings.shardSyncIntervalMs);
    this.#reborn = new LastingDoubts(settings.shardSyncIntervalMs);
  }

  get topology(): Topology {
    return this.#topology;
  }

  /** Emits when leases may have been created. */
  get updates(): Observable<void> {
    return this.#updates;
  }

  /**
   * Lists the stream at intervals, and when a lease was met that the listing does not explain. Errors when the leases turn out to be those of
   * another stream, which had the name before.
   */
  keepUp(): Observable<never> {
    const { shardSyncIntervalMs, scheduler } = this.#settings;
    return merge(this.#wanted, interval(shardSyncIntervalMs, scheduler)).pipe(
      coalesceMap(() => concat(this.sync(), this.#checkReborn())),
    );
  }

  /** Lists the stream and creates the leases that are missing. */
  sync(): Observable<never> {
    return concat(
      defer(() => {
        const listing = (this.#listings += 1);
        const askedMs = this.#settings.scheduler.now();
        return this.#list().pipe(
          // One that was asked for earlier and answered later knows less.
          filter(() => listing > this.#applied),
          tap((listed) => {
            this.#applied = listing;
            this.#learned = this.#learned.filter(({ during }) => during >= listing);
            this.#learn(
              withChildren(
                listed,
                this.#learned.map(({ child }) => child),
              ),
            );
            this.#missed.confirm((shardId) => !this.#topology.has(shardId), askedMs);
            this.#reborn.confirm((shardId) => isChildless(this.#topology, shardId), askedMs);
          }),
          ignoreElements(),
        );
      }),
      this.#createMissing(),
      defer(() => {
        this.#updates.next();
        return EMPTY;
      }),
    );
  }

  /** Creates the leases of an ended shard's children. One whose other parent is unknown, or none at all, wants a listing first. */
  createChildren(children: readonly ShardInfo[]): Observable<never> {
    return defer(() => {
      if (children.length === 0 || !knowsParentsOf(this.#topology, children)) return this.sync();
      this.#learned.push(...children.map((child) => ({ child, during: this.#listings })));
      this.#learn(withChildren(this.#topology, children));
      return this.#createMissing();
    });
  }

  /** Whether the stream still has the shard, by a fresh listing. */
  isListed(shardId: string): Observable<boolean> {
    return this.#list().pipe(map((listed) => listed.has(shardId)));
  }

  /** Whether a shard with a lease is no more: listings that lie `shardSyncIntervalMs` apart did not show it, nor did one between them. */
  isGone(shardId: string): boolean {
    return this.#missed.has(shardId) && !this.#topology.has(shardId);
  }

  /**
   * Takes note of leases. One of a shard that is not known here: another worker learned of it, or it is gone. One that ended in children, of
   * a shard that is open: the listing is old, or the stream another. Listings tell, now and later.
   */
  compareWith(leases: readonly Lease[]): void {
    const nowMs = this.#settings.scheduler.now();
    const missed = leases.filter(({ shardId }) => !this.#topology.has(shardId));
    // An end without children may be somebody's wish that the shard be left alone.
    const reborn = leases.filter(
      ({ shardId, checkpoint, childShardIds }) =>
        checkpoint === 'SHARD_END' && childShardIds.length > 0 && isChildless(this.#topology, shardId),
    );
    const isMissedNewly = this.#missed.note(missed.map(idOf), nowMs);
    const isRebornNewly = this.#reborn.note(reborn.map(idOf), nowMs);
    if (isMissedNewly || isRebornNewly) this.#wanted.next();
  }

  /** What listings apart have shown to be open again is asked itself. */
  #checkReborn(): Observable<never> {
    return defer(() => from([...this.#topology.keys()].filter((shardId) => this.#reborn.has(shardId)))).pipe(
      concatMap((shardId) =>
        takesWrites(shardId, this.#settings).pipe(
          this.#calls.weather(shardId),
          tap((isOpen) => {
            if (isOpen) throw anotherStream(this.#settings.target.streamName, shardId);
          }),
        ),
      ),
      ignoreElements(),
    );
  }

  #list(): Observable<Topology> {
    return defer(() => listTopology(this.#settings.client, this.#settings)).pipe(this.#calls.weather(undefined));
  }

  #learn(topology: Topology): void {
    const { streamName } = this.#settings.target;
    const previous = this.#topology;
    this.#topology = topology;
    if (!this.#diagnostics.isHeard) return;
    if (previous.size > 0) {
      for (const reshard of reshardsBetween(previous, topology)) {
        this.#diagnostics.emit({ type: 'resharded', streamName, ...reshard });
      }
    }
    const openShards = [...topology.values()].filter(({ isOpen }) => isOpen).length;
    const closedShards = topology.size - openShards;
    this.#diagnostics.emit({ type: 'shardsListed', streamName, openShards, closedShards });
  }

  #createMissing(): Observable<never> {
    const { checkpoints, startAt, target } = this.#settings;
    return this.#calls.leases().pipe(
      map((leases) => newLeases(this.#topology, leases, startAt)),
      concatMap((missing) =>
        missing.length === 0
          ? EMPTY
          : this.#calls
              .store('creating leases', undefined, () => checkpoints.create(target.streamName, missing))
              .pipe(this.#calls.weather(undefined)),
      ),
      ignoreElements(),
    );
  }
}

const idOf = ({ shardId }: Lease) => shardId;

function anotherStream(streamName: string, shardId: string): KinesisStreamError {
  return new KinesisStreamError(
    `Shard ${shardId} of stream ${streamName} takes writes, and its lease says that it was read to its end and was split or merged: ` +
      'the checkpoints are of another stream, which had this name and was deleted. Stop the workers and remove the leases of the stream ' +
      'from the store, or give the application another name.',
    { streamName, shardId },
  );
}
