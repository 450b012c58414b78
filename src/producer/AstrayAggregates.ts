import type { SchedulerLike } from 'rxjs';
import type { AggregateParcel } from './AggregateParcel.ts';
import { Alarm } from './Alarm.ts';
import type { Entry } from './Entry.ts';
import type { Placement } from './Placement.ts';
import type { ShardMap } from './ShardMap.ts';
import { succeed } from './succeed.ts';

type Astray<T> = Placement & { readonly aggregate: AggregateParcel<T> };

/** One in a shard that the map does not show yet. */
interface Unknown<T> {
  readonly astray: Astray<T>;
  readonly untilMs: number;
}

export interface AstrayAggregatesSink<T> {
  /** `accepted` are where every reader finds them, with their results; `lost` are not. */
  sorted(accepted: readonly Entry<T>[], lost: readonly Entry<T>[]): void;
}

/** When no listing shows for so long where an aggregate went, the map is of no use. */
const MAX_UNKNOWN_MS = 5_000;

/**
 * Aggregates that went to another shard than expected, as after a reshard that the map did not show. The KCL passes over an aggregate whole when one of
 * its records does not belong in the shard (`AggregatorUtil`), so then all of them have to be sent again.
 * Where nobody can say which shards there are, they are sent again one by one: twice in the stream is better than in the hands of nobody.
 */
export class AstrayAggregates<T> {
  readonly #map: ShardMap;
  readonly #scheduler: SchedulerLike;
  readonly #sink: AstrayAggregatesSink<T>;
  readonly #patience: Alarm;
  #unknown: Unknown<T>[] = [];

  constructor(map: ShardMap, scheduler: SchedulerLike, sink: AstrayAggregatesSink<T>) {
    this.#map = map;
    this.#scheduler = scheduler;
    this.#sink = sink;
    this.#patience = new Alarm(scheduler, () => this.mapTried());
  }

  add(aggregates: readonly Astray<T>[]): void {
    const untilMs = this.#scheduler.now() + MAX_UNKNOWN_MS;
    this.#sort(
      aggregates.map((astray) => ({ astray, untilMs })),
      false,
    );
  }

  /** The map was listed anew, or could not be; `isFinal`: nor can it be later. */
  mapTried(isFinal = false): void {
    const unknown = this.#unknown;
    this.#unknown = [];
    this.#sort(unknown, isFinal);
  }

  clear(): void {
    this.#unknown = [];
    this.#patience.cancel();
  }

  #sort(each: readonly Unknown<T>[], isFinal: boolean): void {
    const nowMs = this.#scheduler.now();
    const accepted: Entry<T>[] = [];
    const lost: Entry<T>[] = [];
    let isMapUseless = false;
    for (const { astray, untilMs } of each) {
      const shard = this.#map.find(astray.shardId);
      if (!shard && !isFinal && nowMs < untilMs) {
        this.#unknown.push({ astray, untilMs });
        this.#patience.setFor(untilMs);
        continue;
      }
      const { entries } = astray.aggregate;
      const isReadable = shard && entries.every(({ hash }) => shard.start <= hash && hash <= shard.end);
      isMapUseless ||= !shard;
      entries.forEach((entry, index) => {
        if (isReadable) accepted.push(succeed(entry, astray, index));
        else lost.push(entry);
      });
    }
    if (isMapUseless) this.#map.forget();
    if (this.#unknown.length > 0) this.#map.doubt();
    if (accepted.length + lost.length > 0) this.#sink.sorted(accepted, lost);
  }
}
