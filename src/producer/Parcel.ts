import { AggregateParcel } from './AggregateParcel.ts';
import type { Entry } from './Entry.ts';

/** What Kinesis takes for one record: a record by itself, or an aggregate of several. */
export type Parcel<T> = Entry<T> | AggregateParcel<T>;

export const entriesOf = <T>(parcel: Parcel<T>): readonly Entry<T>[] =>
  parcel instanceof AggregateParcel ? parcel.entries : [parcel];
