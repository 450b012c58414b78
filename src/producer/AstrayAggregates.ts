import type { Entry } from './Entry.ts';
import { type Placement, succeed } from './readAnswer.ts';
import type { Aggregate } from './Aggregate.ts';
import type { ShardMap } from './ShardMap.ts';

type Astray<T> = Placement & { readonly aggregate: Aggregate<T> };

export interface AstrayAggregatesSink<T> {
  /** `accepted` are where every reader finds them, with their results; `lost` are not. */
  sorted(accepted: readonly Entry<T>[], lost: readonly Entry<T>[]): void;
}

/** After so many listings that do not show where an aggregate went the map is of no use. */
const MAX_LISTINGS = 5;

/**
 * Aggregates that went to another shard than expected, as after a reshard that the map did not show. The KCL passes over an aggregate whole when one of
 * its records does not belong in the shard (`AggregatorUtil`), so then all of them have to be sent again.
 * Where nobody can say which shards there are, they are sent again one by one: twice in the stream is better than in the hands of nobody.
 */
export class AstrayAggregates<T> {
  readonly #map: ShardMap;
  readonly #sink: AstrayAggregatesSink<T>;
  #unknown: { readonly astray: Astray<T>; listings: number }[] = [];

  constructor(map: ShardMap, sink: AstrayAggregatesSink<T>) {
    this.#map = map;
    this.#sink = sink;
  }

  add(aggregates: readonly Astray<T>[]): void {
    this.#sort(aggregates.map((astray) => ({ astray, listings: 0 })));
  }

  /** The map was listed anew, or could not be; `isFinal`: and cannot be later either. */
  mapTried(isFinal = false): void {
    const unknown = this.#unknown;
    this.#unknown = [];
    for (const each of unknown) each.listings = isFinal ? MAX_LISTINGS : each.listings + 1;
    this.#sort(unknown);
  }

  clear(): void {
    this.#unknown = [];
  }

  #sort(each: { readonly astray: Astray<T>; listings: number }[]): void {
    const accepted: Entry<T>[] = [];
    const lost: Entry<T>[] = [];
    let isMapUseless = false;
    for (const { astray, listings } of each) {
      const shard = this.#map.find(astray.shardId);
      if (!shard && listings < MAX_LISTINGS) {
        this.#unknown.push({ astray, listings });
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
