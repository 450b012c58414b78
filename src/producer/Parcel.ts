import { Aggregate } from './Aggregate.ts';
import type { Entry } from './Entry.ts';

/** What Kinesis takes for one record: a record by itself, or an aggregate of several. */
export type Parcel<T> = Entry<T> | Aggregate<T>;

export const entriesOf = <T>(parcel: Parcel<T>): readonly Entry<T>[] =>
  parcel instanceof Aggregate ? parcel.entries : [parcel];
