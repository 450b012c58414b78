import type { OperatorFunction } from 'rxjs';
import { operate } from '../internal/operate.ts';
import { disposePoison } from './disposePoison.ts';
import type { KinesisRecord } from './KinesisRecord.ts';
import type { PoisonPolicy } from './PoisonPolicy.ts';

/**
 * Emits what `project` makes of each record, and disposes of a record for which it throws as the policy says.
 *
 * Records behind one that waits for its dead letter go on; completion waits for every dead letter.
 */
export function mapRecords<T, R>(
  project: (record: KinesisRecord<T>) => KinesisRecord<R>,
  policy: PoisonPolicy,
): OperatorFunction<KinesisRecord<T>, KinesisRecord<R>> {
  return operate((destination) => {
    let disposing = 0;
    let isSourceComplete = false;
    const completeWhenDone = () => {
      if (isSourceComplete && disposing === 0) destination.complete();
    };
    const dispose = (record: KinesisRecord<T>, poison: unknown) => {
      disposing++;
      destination.add(
        disposePoison(record, poison, policy).subscribe({
          error: (error: unknown) => destination.error(error),
          complete() {
            disposing--;
            completeWhenDone();
          },
        }),
      );
    };
    return {
      next(record) {
        let mapped: KinesisRecord<R>;
        try {
          mapped = project(record);
        } catch (error) {
          dispose(record, error);
          return;
        }
        destination.next(mapped);
      },
      complete() {
        isSourceComplete = true;
        completeWhenDone();
      },
    };
  });
}
