import type { Entry } from './Entry.ts';
import { entriesOf, type Parcel } from './Parcel.ts';

/**
 * Makes them ready to be sent again in two halves, at once; and when one of those fails for the same reason, in halves of that,
 * until the one at fault is alone. Those that are not at fault have not had an attempt.
 */
export function halve<T>(parcels: readonly Parcel<T>[]): Entry<T>[] {
  const entries = parcels.flatMap(entriesOf);
  for (const entry of entries) {
    entry.company = Math.ceil(parcels.length / 2);
    entry.attempts -= 1;
    entry.lastError = undefined;
  }
  return entries;
}
