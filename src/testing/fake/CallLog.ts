import { checkNumber } from '../../internal/checkNumber.ts';

/** One call that reached the fake. */
export interface RecordedCall {
  /** The API operation, such as `GetRecords`. */
  readonly operation: string;
  readonly streamName: string | undefined;
  /** When it arrived, in milliseconds of the scheduler. */
  readonly atMs: number;
  /** The command's input, as it was given. */
  readonly input: object;
  /** The name of the error that it was answered with; undefined when it succeeded, hung or was cut. */
  readonly errorName: string | undefined;
}

const DEFAULT_RECORDED = 1_000;
const MAX_RECORDED = 1_000_000;

/**
 * Counts the calls that reached a fake; single calls are kept only after {@link CallLog.record}.
 *
 * Counting takes no memory per call, whatever the number of calls.
 */
export class CallLog {
  readonly #calls = new Map<string, number>();
  readonly #errors = new Map<string, number>();
  #recorded: RecordedCall[] = [];
  #maxRecorded = 0;

  /** How many calls of an operation arrived; of all operations when none is named. */
  count(operation?: string): number {
    return sum(this.#calls, operation);
  }

  /** How many calls of an operation were answered with an error; of all operations when none is named. */
  errors(operation?: string): number {
    return sum(this.#errors, operation);
  }

  /**
   * Keeps the last `max` calls from now on.
   *
   * @param max from 0 (keep none) to 1,000,000; default 1,000
   */
  record(max: number = DEFAULT_RECORDED): void {
    this.#maxRecorded = checkNumber('max', max, { min: 0, max: MAX_RECORDED });
    this.#recorded = max === 0 ? [] : this.#recorded.slice(-max);
  }

  /** The calls kept, oldest first. */
  get recorded(): readonly RecordedCall[] {
    return this.#recorded.slice(-this.#maxRecorded);
  }

  /** Counts from 0 again, and forgets what was kept. */
  reset(): void {
    this.#calls.clear();
    this.#errors.clear();
    this.#recorded = [];
  }

  /** @internal */
  get isRecording(): boolean {
    return this.#maxRecorded > 0;
  }

  /** @internal */
  add(operation: string, errorName: string | undefined, describeCall: () => RecordedCall): void {
    this.#calls.set(operation, (this.#calls.get(operation) ?? 0) + 1);
    if (errorName !== undefined) this.#errors.set(operation, (this.#errors.get(operation) ?? 0) + 1);
    if (this.#maxRecorded === 0) return;
    this.#recorded.push(describeCall());
    // Trimmed in halves, so that a call costs the same however many are kept.
    if (this.#recorded.length >= this.#maxRecorded * 2) this.#recorded = this.#recorded.slice(-this.#maxRecorded);
  }
}

function sum(counts: ReadonlyMap<string, number>, operation: string | undefined): number {
  if (operation !== undefined) return counts.get(operation) ?? 0;
  return [...counts.values()].reduce((total, each) => total + each, 0);
}
