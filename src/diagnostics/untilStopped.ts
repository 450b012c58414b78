import { finalize, type Subscription } from 'rxjs';
import type { Party } from './ambient.ts';

/** Runs `release` once `party` has stopped, or `destination` is done with if that is sooner: nothing is kept of what is over. */
export function untilStopped(party: Party, destination: Subscription, release: () => void): void {
  destination.add(party.stopped.pipe(finalize(release)).subscribe());
}
