import { defer, EMPTY, type Observable, throwError } from 'rxjs';
import { DeadLetterError } from '../errors/DeadLetterError.ts';
import { describe } from '../internal/checkNumber.ts';
import { operate } from '../internal/operate.ts';
import type { KinesisRecord } from './KinesisRecord.ts';
import type { DeadLetter, PoisonPolicy } from './PoisonPolicy.ts';

/** Does with a poison record what the policy says when it is subscribed, and completes; or errors with what the stream is to error with. */
export function disposePoison(record: KinesisRecord<unknown>, error: unknown, policy: PoisonPolicy): Observable<never> {
  if (policy === 'fail') return throwError(() => error);
  if (policy === 'skip') {
    return defer(() => {
      settlePoison(record, error, 'skip');
      return EMPTY;
    });
  }
  return deliverDeadLetter(record, error, policy);
}

/** @throws TypeError when `policy` is no poison policy. */
export function checkPoisonPolicy(policy: unknown): PoisonPolicy {
  if (policy === 'fail' || policy === 'skip' || typeof policy === 'function') return policy as PoisonPolicy;
  throw new TypeError(`poison must be 'fail', 'skip' or a function; got ${describe(policy)}`);
}

function deliverDeadLetter(record: KinesisRecord<unknown>, error: unknown, deadLetter: DeadLetter): Observable<never> {
  return defer(() => {
    record.hold();
    return deadLetter(record, error);
  }).pipe(
    operate<unknown, never>((destination) => ({
      next: () => undefined,
      error: (cause) => destination.error(new DeadLetterError(record, error, cause)),
      complete() {
        settlePoison(record, error, 'deadLetter');
        destination.complete();
      },
      finalize: () => record.unhold(),
    })),
  );
}

function settlePoison(record: KinesisRecord<unknown>, error: unknown, policy: 'skip' | 'deadLetter'): void {
  const { streamName, shardId, sequenceNumber, origin } = record;
  if (origin.diagnostics.isHeard) {
    origin.diagnostics.emit({ type: 'poisoned', streamName, shardId, sequenceNumber, error, policy });
  }
  record.settle();
}
