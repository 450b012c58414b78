import type { TimedRecords } from '../diagnostics/ConsumerDiagnostic.ts';
import type { Diagnostics } from '../diagnostics/Diagnostics.ts';
import type { KinesisServiceError } from '../errors/KinesisServiceError.ts';
import type { KinesisStreamError } from '../errors/KinesisStreamError.ts';
import { Streak } from '../internal/Streak.ts';
import type { Backlog } from './Backlog.ts';
import type { Entry } from './Entry.ts';
import { entriesOf, type Parcel } from './Parcel.ts';
import type { PutOutcome } from './PutOutcome.ts';
import type { PutFailure } from './PutResult.ts';

/** Makes diagnostic events of what happens in a writer; none where nobody listens. */
export class WriterReports {
  readonly #streamName: string;
  readonly #diagnostics: Diagnostics;

  constructor(streamName: string, diagnostics: Diagnostics) {
    this.#streamName = streamName;
    this.#diagnostics = diagnostics;
  }

  queued({ records, bytes }: Backlog): void {
    if (!this.#diagnostics.isHeard) return;
    this.#diagnostics.emit({ type: 'queued', streamName: this.#streamName, records, bytes });
  }

  concluded(parcels: readonly Parcel<unknown>[], outcome: PutOutcome<unknown>, nowMs: number): void {
    if (!this.#diagnostics.isHeard) return;
    const { accepted, acceptedBytes, refused, durationMs, error } = outcome;
    this.#diagnostics.emit({
      type: 'put',
      streamName: this.#streamName,
      records: parcels.length,
      userRecords: parcels.map((parcel) => entriesOf(parcel).length),
      acceptedRecords: accepted.length,
      acceptedBytes,
      durationMs,
      buffered: timeBuffered(parcels, nowMs - durationMs),
      error,
    });
    for (const [cause, records] of countCauses(refused)) {
      this.#diagnostics.emit({
        type: 'refused',
        streamName: this.#streamName,
        errorType: cause?.awsName ?? 'unknown',
        records,
        isThrottle: cause?.kind === 'throttle',
        isWholeRequest: error !== undefined,
      });
    }
  }

  /** Aggregates went to another shard than expected; `resent` of their records are sent again. */
  astray(accepted: readonly Entry<unknown>[], resentRecords: number): void {
    if (!this.#diagnostics.isHeard) return;
    this.#diagnostics.emit({
      type: 'astray',
      streamName: this.#streamName,
      acceptedRecords: accepted.length,
      acceptedBytes: accepted.reduce((bytes, { data }) => bytes + data.byteLength, 0),
      resentRecords,
    });
  }

  mapped(openShards: number): void {
    if (!this.#diagnostics.isHeard) return;
    this.#diagnostics.emit({ type: 'mapped', streamName: this.#streamName, openShards });
  }

  mapFailed(error: KinesisStreamError, attempt: number, delayMs: number): void {
    if (!this.#diagnostics.isHeard) return;
    this.#diagnostics.emit({ type: 'mapFailed', streamName: this.#streamName, error, attempt, delayMs });
  }

  prepareFailed(error: KinesisStreamError, attempt: number, delayMs: number): void {
    if (!this.#diagnostics.isHeard) return;
    this.#diagnostics.emit({ type: 'prepareFailed', streamName: this.#streamName, error, attempt, delayMs });
  }

  retrying(records: number, attempt: number, delayMs: number): void {
    if (!this.#diagnostics.isHeard) return;
    this.#diagnostics.emit({ type: 'retrying', streamName: this.#streamName, records, attempt, delayMs });
  }

  failed({ error, attempts }: PutFailure<unknown>): void {
    if (!this.#diagnostics.isHeard) return;
    this.#diagnostics.emit({ type: 'putFailed', streamName: this.#streamName, error, attempts });
  }
}

/** How long those that were sent for the first time had waited for it. */
function timeBuffered(parcels: readonly Parcel<unknown>[], sentMs: number): TimedRecords[] {
  const buffered: TimedRecords[] = [];
  const streak = new Streak((ms, records) => buffered.push({ ms, records }));
  for (const parcel of parcels) {
    for (const { attempts, arrivedAt } of entriesOf(parcel))
      if (attempts === 1) streak.add(Math.max(0, sentMs - arrivedAt));
  }
  streak.flush();
  return buffered;
}

/** An answer has one error for each code that it names. */
function countCauses(refused: readonly Parcel<unknown>[]): Map<KinesisServiceError | undefined, number> {
  const counts = new Map<KinesisServiceError | undefined, number>();
  for (const parcel of refused) {
    for (const { lastError } of entriesOf(parcel)) counts.set(lastError, (counts.get(lastError) ?? 0) + 1);
  }
  return counts;
}
