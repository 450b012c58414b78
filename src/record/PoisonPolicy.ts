import type { ObservableInput } from 'rxjs';
import type { KinesisRecord } from './KinesisRecord.ts';

/**
 * Puts a poison record somewhere else: a queue, a table, another stream.
 *
 * What it returns is subscribed once and its values are ignored. When it completes, the record is settled; when it fails, the stream
 * errors with {@link DeadLetterError} and the record stays unsettled, so let it retry by itself. Unsubscribing from the stream cancels it.
 *
 * `record.data` is what the failing step was given: the bytes where decoding failed. `error` is the typed error that names the record,
 * its `cause` what was thrown.
 */
export type DeadLetter = (record: KinesisRecord<unknown>, error: unknown) => ObservableInput<unknown>;

/**
 * What becomes of a record that cannot be decoded or processed, ever.
 *
 * - `'fail'`: the stream errors, with an error that names the record. The record stays unsettled, and is delivered again to the next reader.
 * - `'skip'`: the record is settled and dropped, and a `poisoned` diagnostic says so.
 * - a {@link DeadLetter} function: the record is settled and dropped, and a `poisoned` diagnostic says so, when the function's work is done.
 */
export type PoisonPolicy = 'fail' | 'skip' | DeadLetter;
