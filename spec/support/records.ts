import { map, type OperatorFunction } from 'rxjs';
import type { KinesisRecord } from '../../src/record/KinesisRecord.ts';
import { recordFactory } from '../../src/testing/recordFactory.ts';

/** Makes a record of each value. */
export function records<T>(make = recordFactory()): OperatorFunction<T, KinesisRecord<T>> {
  return map((data) => make(data));
}

export const dataOf = <T>({ data }: KinesisRecord<T>): T => data;
