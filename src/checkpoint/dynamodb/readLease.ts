import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Checkpoint, Lease } from '../Lease.ts';
import type { LeaseRow } from './LeaseRow.ts';
import { LeaseTableError } from './LeaseTableError.ts';

/** What the row itself does not say. */
export interface LeasePlace {
  readonly streamName: string;
  readonly shardId: string;
  readonly tableName: string;
  readonly initialTimestamp: Date | undefined;
}

/** The last of all hash keys: rows of a KCL before 2.3 have no range. */
const LAST_HASH_KEY = (2n ** 128n - 1n).toString();

/**
 * What a row says as a lease.
 *
 * While a KCL 3.x hands a lease over, `checkpointOwner` is the old owner, who may still checkpoint, and `leaseOwner` the next.
 *
 * @throws CheckpointStoreError when the row is no lease
 */
export function readLease(row: LeaseRow, place: LeasePlace): Lease {
  const [leaseOwner, checkpointOwner] = [row.leaseOwner?.S, row.checkpointOwner?.S];
  const owner = checkpointOwner ?? leaseOwner;
  const isOurs = owner === undefined || row.rxjsOwner?.S === owner;
  return {
    streamName: place.streamName,
    shardId: place.shardId,
    parentShardIds: strings(row.parentShardId),
    childShardIds: strings(row.childShardIds),
    startingHashKey: row.startingHashKey?.S ?? '0',
    endingHashKey: row.endingHashKey?.S ?? LAST_HASH_KEY,
    checkpoint: readCheckpoint(row, place),
    owner,
    token: owner !== undefined && isOurs ? row.rxjsToken?.S : undefined,
    // A KCL neither knows of a request nor clears it: what stands beside its name was asked of the owner before.
    nextOwner: checkpointOwner === undefined ? (isOurs ? row.rxjsNextOwner?.S : undefined) : leaseOwner,
    counter: numberIn(row, 'leaseCounter', place),
    ownerSwitchesSinceCheckpoint: Number(row.ownerSwitchesSinceCheckpoint?.N ?? 0),
    checkpointedAt: readCheckpointedAt(row),
  };
}

function readCheckpointedAt(row: LeaseRow): Date | undefined {
  const isOfThis = row.rxjsCheckpointed?.S === `${row.checkpoint?.S}:${row.checkpointSubSequenceNumber?.N ?? 0}`;
  const ms = isOfThis ? row.rxjsCheckpointedAt?.N : undefined;
  return ms === undefined ? undefined : new Date(Number(ms));
}

function readCheckpoint(row: LeaseRow, place: LeasePlace): Checkpoint {
  const text = row.checkpoint?.S;
  if (text === 'TRIM_HORIZON' || text === 'LATEST' || text === 'SHARD_END') return text;
  if (text === 'AT_TIMESTAMP') return { atTimestamp: timeOf(row, place) };
  if (text === undefined || !/^\d+$/.test(text)) throw noLease(place, 'checkpoint', text);
  return { sequenceNumber: text, subSequenceNumber: Number(row.checkpointSubSequenceNumber?.N ?? 0) };
}

function timeOf(row: LeaseRow, place: LeasePlace): Date {
  const ms = row.rxjsTimestamp?.N;
  if (ms !== undefined) return new Date(Number(ms));
  if (place.initialTimestamp) return place.initialTimestamp;
  const { streamName, shardId, tableName } = place;
  throw new LeaseTableError(
    `The lease of shard ${shardId} of stream ${streamName} in table ${tableName} begins AT_TIMESTAMP, and was created by a KCL, which ` +
      'does not write the time',
    'Give it: dynamoDbCheckpoints({ initialTimestamp }).',
    'initialTimestamp',
    { streamName, shardId },
  );
}

function numberIn(row: LeaseRow, attribute: string, place: LeasePlace): number {
  const text = row[attribute]?.N;
  if (text === undefined) throw noLease(place, attribute, undefined);
  return Number(text);
}

function noLease({ streamName, shardId, tableName }: LeasePlace, attribute: string, text: string | undefined) {
  return new LeaseTableError(
    `The row of shard ${shardId} of stream ${streamName} in table ${tableName} is no lease: its ${attribute} is ` +
      (text === undefined ? 'missing, or of another type' : JSON.stringify(text)),
    'Name a table of leases (tableName), or remove the row.',
    'table',
    { streamName, shardId },
  );
}

const strings = (value: AttributeValue | undefined): readonly string[] =>
  value?.SS ?? (value?.S === undefined ? [] : [value.S]);
