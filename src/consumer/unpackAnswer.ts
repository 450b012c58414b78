import type { _Record } from '@aws-sdk/client-kinesis';
import { AggregateReader } from '../codec/aggregate/AggregateReader.ts';
import { aggregateFormat } from '../codec/aggregate/aggregateFormat.ts';
import type { IsAstray } from './astrayFrom.ts';
import { UserRecords } from './UserRecords.ts';

export interface UnpackAnswerOptions {
  /** How many user records of the first record are done. */
  readonly doneInFirst: number;
  readonly isAstray: IsAstray | undefined;
  /** Told of what begins as an aggregate and is none. */
  readonly onFailed: (record: _Record) => void;
  /** Told of user records that are dropped as they belong to another shard. */
  readonly onAstray: (record: _Record, userRecords: number) => void;
}

/** The records of an answer, and what is in them. */
export interface Unpacked {
  readonly records: readonly _Record[];
  /** The user records of those that are aggregates; undefined where none is. */
  readonly userRecords: readonly (AggregateParts | undefined)[] | undefined;
}

/** What of an aggregate is delivered. */
export type AggregateParts = Pick<UserRecords, 'count' | 'subSequenceNumberAt' | 'next'>;

/** An aggregate of this key was put where its writer expected all of its records to belong. */
const { partitionKey: PREDICTED } = aggregateFormat;

/** Opens the aggregates of an answer, and leaves out those of which nothing is to be delivered. */
export function unpackAnswer(records: readonly _Record[], options: UnpackAnswerOptions): Unpacked {
  let opened: (UserRecords | undefined)[] | undefined;
  let hasEmpty = false;
  for (let index = 0; index < records.length; index += 1) {
    const record = records[index];
    if (!record?.Data || !AggregateReader.isClaimedBy(record.Data)) continue;
    const userRecords = open(record, record.Data, index === 0 ? options.doneInFirst : 0, options);
    if (!userRecords) continue;
    opened ??= new Array<UserRecords | undefined>(records.length).fill(undefined);
    opened[index] = userRecords;
    if (userRecords.count === 0) hasEmpty = true;
  }
  if (!opened || !hasEmpty) return { records, userRecords: opened };
  const all = opened;
  const isFull = (_: unknown, index: number) => all[index]?.count !== 0;
  return { records: records.filter(isFull), userRecords: all.filter(isFull) };
}

function open(record: _Record, data: Uint8Array, done: number, options: UnpackAnswerOptions): UserRecords | undefined {
  const aggregate = AggregateReader.open(data);
  if (!aggregate) {
    options.onFailed(record);
    return undefined;
  }
  const isAstray = record.PartitionKey === PREDICTED ? options.isAstray : undefined;
  if (!isAstray && done === 0) return new UserRecords(aggregate);
  let [astray, isPredicted] = [0, true];
  const selected = aggregate.select((partitionKey, explicitHashKey, index) => {
    // A writer that predicts nothing gives the aggregate the key of its first record, and repairs nothing.
    if (index === 0) isPredicted = partitionKey !== PREDICTED;
    if (index < done) return false;
    if (!isPredicted || !isAstray?.(partitionKey, explicitHashKey)) return true;
    astray += 1;
    return false;
  });
  if (astray > 0) options.onAstray(record, astray);
  return new UserRecords(aggregate, selected.length === aggregate.count ? undefined : selected);
}
