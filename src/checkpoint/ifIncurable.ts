import { EMPTY, type Observable } from 'rxjs';
import { CheckpointFlushError } from '../errors/CheckpointFlushError.ts';

/**
 * What becomes of a flush that nobody waits for: a store that says that repeating cannot help ends the stream; every other failure has been
 * reported, and waits for the next flush.
 */
export function ifIncurable(error: unknown): Observable<never> {
  if (!(error instanceof CheckpointFlushError)) throw error;
  if (error.incurable) throw error.incurable;
  return EMPTY;
}
