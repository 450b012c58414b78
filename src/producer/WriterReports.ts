import type { Diagnostics } from '../diagnostics/Diagnostics.ts';
import type { Backlog } from './Backlog.ts';
import type { Entry } from './Entry.ts';
import type { PutFailure } from './PutResult.ts';
import type { PutOutcome } from './readAnswer.ts';

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

  concluded(records: number, outcome: PutOutcome<unknown>): void {
    if (!this.#diagnostics.isHeard) return;
    const { accepted, acceptedBytes, refused, durationMs, error } = outcome;
    this.#diagnostics.emit({
      type: 'put',
      streamName: this.#streamName,
      records,
      acceptedRecords: accepted.length,
      acceptedBytes,
      durationMs,
      error,
    });
    for (const [errorType, count] of countErrors(refused)) {
      this.#diagnostics.emit({ type: 'refused', streamName: this.#streamName, errorType, records: count });
    }
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

function countErrors(refused: readonly Entry<unknown>[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { lastError } of refused) {
    const errorType = lastError?.awsName ?? 'unknown';
    counts.set(errorType, (counts.get(errorType) ?? 0) + 1);
  }
  return counts;
}
