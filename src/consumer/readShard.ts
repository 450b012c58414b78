import type { _Record, ChildShard, GetRecordsCommandOutput } from '@aws-sdk/client-kinesis';
import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  finalize,
  map,
  Observable,
  of,
  repeat,
  takeWhile,
  tap,
  timer,
} from 'rxjs';
import { ITERATOR_LIFETIME_MS } from '../aws/limits.ts';
import { getRecords, getShardIterator } from '../aws/readCalls.ts';
import { AggregateReader } from '../codec/aggregate/AggregateReader.ts';
import type { Checkpoint } from '../checkpoint/Lease.ts';
import type { PauseReason } from '../diagnostics/ConsumerDiagnostic.ts';
import type { Diagnostics } from '../diagnostics/Diagnostics.ts';
import { KinesisServiceError } from '../errors/KinesisServiceError.ts';
import type { KinesisStreamError } from '../errors/KinesisStreamError.ts';
import type { CallSlots } from '../internal/CallSlots.ts';
import { wallClockMs } from '../internal/wallClockMs.ts';
import { ArrivalRate } from './ArrivalRate.ts';
import type { ConsumerSettings } from './ConsumerSettings.ts';
import type { IsAstray } from './astrayFrom.ts';
import type { Amount, Grant, ShardShare } from './InFlight.ts';
import { nextCallMs } from './pacing.ts';
import { ReadingPlace } from './ReadingPlace.ts';
import { retryWeather } from './retryWeather.ts';
import { tooEarly } from './tooEarly.ts';
import { type AggregateParts, unpackAnswer, type Unpacked } from './unpackAnswer.ts';
import { unusableAnswer } from './unusableAnswer.ts';
import { WholeAggregate } from './WholeAggregate.ts';

/** What one GetRecords brought. Its room in flight is taken already, to the byte. */
export interface Answer extends Unpacked {
  /** The bytes of each record, its partition key included. */
  readonly sizes: readonly number[];
  /** The bytes of data in all of them. */
  readonly dataBytes: number;
  /** User records, and the bytes of the records. */
  readonly amount: Amount;
  readonly millisBehindLatest: number | undefined;
  /** The shard has nothing more, ever; these are its children. */
  readonly end: readonly ChildShard[] | undefined;
}

/** Why the reader waits at this moment, if it does; what its last answer said. */
export interface ReaderState {
  pausedFor: PauseReason | undefined;
  millisBehindLatest: number | undefined;
  hasIterator: boolean;
  /** The shard was read to its end; its last records may still be in flight. */
  isAtEnd: boolean;
  /** Since when it has waited for room in flight, if it does; in milliseconds of the scheduler. */
  pausedSinceMs: number | undefined;
  /** How long it waited for room in all, before that. */
  pausedMs: number;
}

/** The end of a shard of which nothing more is known. */
export const LONE_END: Answer = {
  records: [],
  userRecords: undefined,
  sizes: [],
  dataBytes: 0,
  amount: { records: 0, bytes: 0 },
  millisBehindLatest: undefined,
  end: [],
};

export interface ReadShardOptions {
  readonly shardId: string;
  readonly checkpoint: Checkpoint;
  readonly settings: ConsumerSettings;
  readonly share: ShardShare;
  readonly slots: CallSlots;
  readonly state: ReaderState;
  readonly diagnostics: Diagnostics;
  /** Tells user records of aggregates that belong to another shard; undefined where there are none. */
  readonly isAstray: IsAstray | undefined;
  /** Called when the first iterator is there. */
  readonly onReady: () => void;
  /** Makes a place at the tip durable, before anything relies on it. */
  readonly anchor: (place: Checkpoint) => Observable<never>;
}

/** An iterator is renewed this long before it would expire. */
const ITERATOR_MARGIN_MS = 15_000;
const NOTHING: Amount = { records: 0, bytes: 0 };

/**
 * Emits the answers of a shard in order, from behind the checkpoint to the shard's end, and completes there.
 *
 * Before each call it waits for the pace and for room in flight. Failures that pass are retried for ever, with a growing wait; an
 * iterator that expired, or got too old while room was lacking, is replaced by one behind the last record read.
 */
export function readShard(options: ReadShardOptions): Observable<Answer> {
  return defer(() => {
    const reader = new Reader(options);
    return defer(() => reader.next()).pipe(
      repeat(),
      takeWhile(({ end }) => end === undefined, true),
    );
  });
}

class Reader {
  readonly #options: ReadShardOptions;
  readonly #place: ReadingPlace;
  readonly #arrivals = new ArrivalRate();
  #iterator: { readonly value: string; readonly gotMs: number } | undefined;
  #dueMs = 0;

  constructor(options: ReadShardOptions) {
    this.#options = options;
    this.#place = new ReadingPlace(options.checkpoint);
  }

  next(): Observable<Answer> {
    const { backoff, scheduler, random } = this.#options.settings;
    const fetch = defer(() => this.#freshIterator()).pipe(
      concatMap(() => this.#whenRoom()),
      concatMap((room) => this.#fetch(room)),
      tap({
        error: (error: unknown) => {
          if (error instanceof KinesisServiceError && error.kind === 'expiredIterator') this.#iterator = undefined;
        },
      }),
      retryWeather({ backoff, scheduler, random, onRetry: (...failure) => this.#reportFailure(...failure) }),
    );
    return this.#whenDue().pipe(concatMap(() => fetch));
  }

  #whenDue(): Observable<unknown> {
    const { settings, state } = this.#options;
    const waitMs = this.#dueMs - settings.scheduler.now();
    if (waitMs <= 0) return of(0);
    state.pausedFor = 'pace';
    return timer(waitMs, settings.scheduler);
  }

  #freshIterator(): Observable<string> {
    const { settings, shardId, slots, state, onReady, anchor, diagnostics } = this.#options;
    const { scheduler, client, target, serviceClock } = settings;
    state.pausedFor = undefined;
    if (this.#iterator && scheduler.now() - this.#iterator.gotMs < ITERATOR_LIFETIME_MS - ITERATOR_MARGIN_MS) {
      return of(this.#iterator.value);
    }
    const start = this.#place.iteratorStart(serviceClock.at(wallClockMs(scheduler)));
    const isAtTip = start.ShardIteratorType === 'LATEST';
    const askedMs = wallClockMs(scheduler);
    return slots.run(getShardIterator(client, settings, shardId, start)).pipe(
      catchError((error: unknown) => {
        throw tooEarly(error, start);
      }),
      concatMap(({ ShardIterator }) => {
        if (!ShardIterator) throw unusableAnswer('GetShardIterator', 'without an iterator', target.streamName, shardId);
        this.#iterator = { value: ShardIterator, gotMs: scheduler.now() };
        if (isAtTip) this.#place.visitedTip(serviceClock.at(askedMs));
        return concat(isAtTip ? anchor(this.#place.checkpoint) : EMPTY, of(ShardIterator));
      }),
      tap(() => {
        if (diagnostics.isHeard) {
          const from = start.ShardIteratorType ?? '';
          diagnostics.emit({ type: 'iterator', streamName: target.streamName, shardId, from });
        }
        state.hasIterator = true;
        onReady();
      }),
    );
  }

  #whenRoom(): Observable<Grant> {
    const { settings, shardId, share, state, diagnostics } = this.#options;
    const { streamName } = settings.target;
    const wait = () => {
      state.pausedSinceMs = settings.scheduler.now();
      state.pausedFor = 'inFlight';
      if (diagnostics.isHeard) diagnostics.emit({ type: 'paused', streamName, shardId, reason: 'inFlight' });
    };
    const resume = () => {
      state.pausedFor = undefined;
      if (state.pausedSinceMs === undefined) return;
      const pausedMs = settings.scheduler.now() - state.pausedSinceMs;
      state.pausedSinceMs = undefined;
      state.pausedMs += pausedMs;
      if (diagnostics.isHeard) diagnostics.emit({ type: 'resumed', streamName, shardId, reason: 'inFlight', pausedMs });
    };
    return share.reserve(wait).pipe(tap(resume), finalize(resume));
  }

  /** Calls GetRecords with the reserved room, and gives back what of it is not used, however the call ends. */
  #fetch(room: Grant): Observable<Answer> {
    const { share, slots, settings, shardId } = this.#options;
    const { client, maxRecordsPerCall, scheduler } = settings;
    const limit = Math.min(room.limit, maxRecordsPerCall);
    return new Observable((subscriber) => {
      let reserved: Amount = room;
      subscriber.add(() => share.adjust(reserved, NOTHING));
      const call = (iterator: string) =>
        defer(() => {
          const startedMs = scheduler.now();
          return getRecords(client, settings, shardId, iterator, limit).pipe(
            map((output) => this.#answer(output, startedMs)),
          );
        });
      this.#freshIterator()
        .pipe(
          concatMap((iterator) => slots.run(call(iterator))),
          tap(({ amount }) => {
            const taken = reserved;
            reserved = NOTHING;
            share.adjust(taken, amount);
          }),
        )
        .subscribe(subscriber);
    });
  }

  #answer(output: GetRecordsCommandOutput, startedMs: number): Answer {
    const { settings, shardId, share, state, diagnostics } = this.#options;
    const { scheduler, pace, target } = settings;
    const nowMs = scheduler.now();
    const all = output.Records as readonly _Record[] | null | undefined;
    // A missing iterator alone would mean the shard's end, and that is for ever: an answer must look like one. An empty iterator is neither.
    if (!Array.isArray(all) || all.includes(null) || output.NextShardIterator === '') {
      throw unusableAnswer(
        'GetRecords',
        'without a list of records, or with an empty one in it',
        target.streamName,
        shardId,
      );
    }
    const unread = this.#place.advance(all, countUserRecords);
    const { records, userRecords } = settings.unpackAggregates ? this.#unpack(unread) : keptWhole(unread);
    const { sizes, bytes, largest, dataBytes } = weigh(records);
    const amount = { records: userRecords ? userRecords.reduce(addCount, 0) : records.length, bytes };
    if (records.length > 0) {
      const most = userRecords?.reduce((most, each) => Math.max(most, each?.count ?? 1), 1);
      share.observeLargest(largest, most);
    }

    // Missing and null both mean the end of the shard.
    const next = output.NextShardIterator ?? undefined;
    this.#iterator = next === undefined ? undefined : { value: next, gotMs: nowMs };
    const millisBehindLatest = output.MillisBehindLatest ?? undefined;
    const isAtTip = millisBehindLatest === undefined ? all.length === 0 : millisBehindLatest === 0;
    if (isAtTip) this.#place.visitedTip(settings.serviceClock.at(wallClockMs(scheduler)));
    this.#dueMs = nextCallMs({ startedMs, bytes, isAtTip, isEmpty: all.length === 0 }, pace);
    state.millisBehindLatest = millisBehindLatest;
    if (diagnostics.isHeard) {
      diagnostics.emit({
        type: 'fetched',
        streamName: target.streamName,
        shardId,
        records: records.length,
        bytes,
        millisBehindLatest,
        lagRecords: this.#lag(all, millisBehindLatest),
        durationMs: nowMs - startedMs,
      });
    }
    const end = next === undefined ? (output.ChildShards ?? []) : undefined;
    return { records, userRecords, sizes, dataBytes, amount, millisBehindLatest, end };
  }

  #unpack(records: readonly _Record[]): Unpacked {
    const { settings, shardId, diagnostics, isAstray } = this.#options;
    const { streamName } = settings.target;
    const [first] = records;
    return unpackAnswer(records, {
      doneInFirst: first ? this.#place.doneIn(first) : 0,
      isAstray,
      onFailed: ({ SequenceNumber: sequenceNumber = '' }) => {
        if (diagnostics.isHeard) diagnostics.emit({ type: 'unpackFailed', streamName, shardId, sequenceNumber });
      },
      onAstray: ({ SequenceNumber: sequenceNumber = '' }, userRecords) => {
        if (!diagnostics.isHeard) return;
        diagnostics.emit({ type: 'astrayDropped', streamName, shardId, sequenceNumber, userRecords });
      },
    });
  }

  #lag(records: readonly _Record[], millisBehindLatest: number | undefined): number | undefined {
    const [first, last] = [records[0], records.at(-1)].map((each) => each?.ApproximateArrivalTimestamp?.getTime());
    if (first !== undefined && last !== undefined) this.#arrivals.observe(records.length, first, last);
    return millisBehindLatest === undefined ? undefined : this.#arrivals.recordsIn(millisBehindLatest);
  }

  #reportFailure(error: KinesisStreamError, attempt: number, delayMs: number): void {
    const { settings, shardId, state, diagnostics } = this.#options;
    state.pausedFor = 'backoff';
    if (!diagnostics.isHeard) return;
    const errorType = error instanceof KinesisServiceError ? error.awsName : 'unknown';
    const { streamName } = settings.target;
    diagnostics.emit({ type: 'readFailed', streamName, shardId, error, errorType, attempt, delayMs });
  }
}

function keptWhole(records: readonly _Record[]): Unpacked {
  const counts = records.map(countUserRecords);
  const hasAggregates = counts.some((count) => count > 1);
  const userRecords = counts.map((count) => (count > 1 ? new WholeAggregate(count) : undefined));
  return { records, userRecords: hasAggregates ? userRecords : undefined };
}

const countUserRecords = ({ Data }: _Record) => (Data && AggregateReader.open(Data)?.count) ?? 1;

const addCount = (sum: number, userRecords: AggregateParts | undefined) => sum + (userRecords?.count ?? 1);

/** What records weigh in the limits of the service, and here: their data and their keys. */
function weigh(records: readonly _Record[]) {
  const sizes: number[] = [];
  let [keyBytes, dataBytes, largest] = [0, 0, 0];
  for (const { Data, PartitionKey } of records) {
    const [ofData, ofKey] = [Data?.byteLength ?? 0, PartitionKey?.length ?? 0];
    sizes.push(ofData + ofKey);
    dataBytes += ofData;
    keyBytes += ofKey;
    largest = Math.max(largest, ofData + ofKey);
  }
  return { sizes, bytes: dataBytes + keyBytes, largest, dataBytes };
}
