import { finalize, type Subscription } from 'rxjs';
import type { RecordOrigin } from '../record/Delivery.ts';

/** Runs `release` once `origin` has stopped, or `destination` is done with if that is sooner: nothing is kept of a source that is over. */
export function untilStopped(origin: RecordOrigin, destination: Subscription, release: () => void): void {
  destination.add(origin.stopped.pipe(finalize(release)).subscribe());
}
