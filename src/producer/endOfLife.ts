import { PutFailedError } from '../errors/PutFailedError.ts';
import type { ProducerSettings } from './checkToKinesisOptions.ts';
import type { Entry } from './Entry.ts';

type Limits = Pick<ProducerSettings<unknown>, 'maxAttempts' | 'ttlMs'>;

/** Says why a record is not tried again; undefined while it may be. */
export function endOfLife(entry: Entry<unknown>, { maxAttempts, ttlMs }: Limits, now: number): string | undefined {
  if (entry.lastError?.kind === 'fatal') return 'repeating the request cannot help';
  if (entry.attempts >= maxAttempts) return `maxAttempts is ${maxAttempts}`;
  if (now >= entry.arrivedAt + ttlMs) return `ttlMs is ${ttlMs}`;
  return undefined;
}

/** The error of a record whose life is over. */
export function putFailedError(entry: Entry<unknown>, streamName: string, limits: Limits, now: number): PutFailedError {
  const { value, attempts, lastError } = entry;
  return new PutFailedError(endOfLife(entry, limits, now) ?? 'it was given up', {
    streamName,
    value,
    attempts,
    cause: lastError,
    retryable: lastError?.retryable ?? true,
  });
}
