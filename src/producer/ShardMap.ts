import type { Shard } from '@aws-sdk/client-kinesis';
import { map, reduce, Subscription } from 'rxjs';
import { hashKeyToHex } from '../aws/hashKey.ts';
import type { KinesisClientLike } from '../aws/KinesisClientLike.ts';
import { listShardPages } from '../aws/readCalls.ts';
import type { StreamTarget } from '../aws/streamTarget.ts';
import { asStreamError } from '../aws/asStreamError.ts';
import { KinesisServiceError } from '../errors/KinesisServiceError.ts';
import type { KinesisStreamError } from '../errors/KinesisStreamError.ts';
import { backoffMs } from '../internal/backoff.ts';
import { Alarm } from './Alarm.ts';
import type { ProducerSettings } from './checkToKinesisOptions.ts';

/** A shard and the hash keys that it takes, both ends included, as 32 hexadecimal digits. */
export interface ShardRange {
  readonly shardId: string;
  readonly start: string;
  readonly end: string;
}

type MapSettings = Pick<ProducerSettings<unknown>, 'backoff' | 'random' | 'requestTimeoutMs' | 'scheduler' | 'ttlMs'>;

export interface ShardMapSink {
  /** Another map than before; none, where no shard is open. */
  listed(openShards: number): void;
  /** There is no new map for now. */
  failed(error: KinesisStreamError, attempt: number, delayMs: number): void;
  /** The first listing takes long: nobody should wait for it any more. */
  late(): void;
}

/** A listing is as old as this before a put asks for another. */
const INTERVAL_MS = 60_000;
/** So long, and at most half of their lives, records wait for the first listing: what goes before it goes without limits, and in no aggregate. */
const FIRST_LISTING_MS = 1_000;
/** So long at least lies between two listings, whatever speaks against the first, unless that is forgotten: then the next put asks for another. */
const LEAST_INTERVAL_MS = 1_000;

/**
 * Where records go: the shards of a stream by their hash ranges, as they were listed last.
 *
 * It lists the stream when something is put and the last listing is old, and soon when that was shown to be wrong; never at intervals of its own.
 * Where listing fails nothing is known, or what was known stays.
 */
export class ShardMap {
  readonly #client: KinesisClientLike;
  readonly #target: StreamTarget;
  readonly #settings: MapSettings;
  readonly #sink: ShardMapSink;
  readonly #alarm: Alarm;
  readonly #lateness: Alarm;
  #open: Listing['open'] = [];
  #all: Listing['all'] = new Map();
  #listing: Subscription | undefined;
  #dueAt = -Infinity;
  #startedAt = -Infinity;
  #failures = 0;
  #isAwaited = false;
  /** Since the last listing began. */
  #isDoubted = false;
  #isCancelled = false;

  constructor(client: KinesisClientLike, target: StreamTarget, settings: MapSettings, sink: ShardMapSink) {
    this.#client = client;
    this.#target = target;
    this.#settings = settings;
    this.#sink = sink;
    this.#alarm = new Alarm(settings.scheduler, () => this.#removeDoubt());
    this.#lateness = new Alarm(settings.scheduler, () => {
      this.#isAwaited = false;
      this.#sink.late();
    });
  }

  /** The first listing is under way, and worth waiting for. */
  get isAwaited(): boolean {
    return this.#isAwaited;
  }

  /** Some shard is known. */
  get isKnown(): boolean {
    return this.#open.length > 0;
  }

  /** The shard that takes a hash key now; undefined if none is known. */
  shardOf(hash: string): ShardRange | undefined {
    let [low, high] = [0, this.#open.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#open[middle]?.start ?? '') <= hash) low = middle;
      else high = middle - 1;
    }
    const shard = this.#open[low];
    return shard && shard.start <= hash && hash <= shard.end ? shard : undefined;
  }

  /** A shard, open or closed. */
  find(shardId: string): ShardRange | undefined {
    return this.#all.get(shardId);
  }

  /** Lists the stream if that is due. */
  keepUp(now: number): void {
    if (now < this.#dueAt || this.#listing || this.#isCancelled) return;
    if (this.#startedAt === -Infinity) {
      this.#isAwaited = true;
      this.#lateness.setFor(now + Math.min(FIRST_LISTING_MS, this.#settings.ttlMs / 2));
    }
    this.#startedAt = now;
    this.#dueAt = now + INTERVAL_MS;
    this.#isDoubted = false;
    this.#list();
  }

  /** Something went where the map did not say: it is listed anew as soon as that makes sense. */
  doubt(): void {
    this.#isDoubted = true;
    this.#dueAt = Math.max(this.#startedAt + LEAST_INTERVAL_MS, this.#settings.scheduler.now());
    this.#alarm.setFor(this.#dueAt);
  }

  /** What is known is worth nothing: until the next listing, which the next put asks for, nothing is. */
  forget(): void {
    if (!this.isKnown) return;
    this.#dueAt = -Infinity;
    this.#open = [];
    this.#all = new Map();
    this.#sink.listed(0);
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#alarm.cancel();
    this.#lateness.cancel();
    this.#listing?.unsubscribe();
  }

  /** Lists the stream now, or when that is due: an alarm may ring early, or while another listing is under way. */
  #removeDoubt(): void {
    this.keepUp(this.#settings.scheduler.now());
    if (this.#isDoubted && !this.#listing) this.#alarm.setFor(this.#dueAt);
  }

  #list(): void {
    const { scheduler, requestTimeoutMs: timeoutMs } = this.#settings;
    const site = { target: this.#target, deadline: { timeoutMs, scheduler } };
    const listing = new Subscription();
    this.#listing = listing;
    listing.add(
      listShardPages(this.#client, site)
        .pipe(
          reduce<{ Shards?: Shard[] | undefined }, Shard[]>((all, { Shards }) => {
            all.push(...(Shards ?? []));
            return all;
          }, []),
          map(listingOf),
        )
        .subscribe({
          next: (listing) => {
            this.#endListing();
            this.#learn(listing);
          },
          error: (error: unknown) => {
            this.#endListing();
            this.#fail(asStreamError(error));
          },
        }),
    );
  }

  #endListing(): void {
    this.#listing = undefined;
    this.#isAwaited = false;
    this.#lateness.cancel();
  }

  #learn({ all, open }: Listing): void {
    this.#failures = 0;
    if (this.#isDoubted) this.#alarm.setFor(this.#dueAt);
    this.#all = all;
    this.#open = open;
    this.#sink.listed(open.length);
  }

  #fail(error: KinesisStreamError): void {
    this.#failures += 1;
    const delayMs = this.#delayAfter(error);
    this.#dueAt = this.#settings.scheduler.now() + delayMs;
    if (this.#isDoubted) this.#alarm.setFor(this.#dueAt);
    this.#sink.failed(error, this.#failures, delayMs);
  }

  #delayAfter(error: KinesisStreamError): number {
    const { backoff, random } = this.#settings;
    if (error.retryable) return Math.max(LEAST_INTERVAL_MS, backoffMs(this.#failures, backoff, random()));
    // A stream may be made at any time, and is written then. Where the call is not allowed it is made seldom.
    const isMissing = error instanceof KinesisServiceError && error.awsName === 'ResourceNotFoundException';
    return isMissing ? LEAST_INTERVAL_MS : INTERVAL_MS;
  }
}

interface Listing {
  /** The open ones, by their starts. */
  readonly open: readonly ShardRange[];
  /** All that are listed, closed ones too. */
  readonly all: ReadonlyMap<string, ShardRange>;
}

function listingOf(shards: readonly Shard[]): Listing {
  const open = shards.filter(({ SequenceNumberRange }) => !SequenceNumberRange?.EndingSequenceNumber).map(rangeOf);
  return {
    open: open.sort((a, b) => (a.start < b.start ? -1 : 1)),
    all: new Map(shards.map((shard) => [shard.ShardId ?? '', rangeOf(shard)])),
  };
}

function rangeOf({ ShardId = '', HashKeyRange }: Shard): ShardRange {
  const [start, end] = [HashKeyRange?.StartingHashKey ?? '0', HashKeyRange?.EndingHashKey ?? '0'];
  return { shardId: ShardId, start: hashKeyToHex(BigInt(start)), end: hashKeyToHex(BigInt(end)) };
}
