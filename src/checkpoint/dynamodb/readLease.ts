import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Checkpoint, Lease } from '../Lease.ts';
import { timeIn } from '../timeIn.ts';
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
    parentShardIds: stringsIn(row, 'parentShardId', place),
    childShardIds: stringsIn(row, 'childShardIds', place),
    startingHashKey: row.startingHashKey?.S ?? '0',
    endingHashKey: row.endingHashKey?.S ?? LAST_HASH_KEY,
    checkpoint: readCheckpoint(row, place),
    owner,
    token: owner !== undefined && isOurs ? row.rxjsToken?.S : undefined,
    // A KCL neither knows of a request nor clears it: what stands beside its name was asked of the owner before.
    nextOwner: checkpointOwner === undefined ? (isOurs ? row.rxjsNextOwner?.S : undefined) : leaseOwner,
    counter: countIn(row.leaseCounter, 'leaseCounter', place),
    ownerSwitchesSinceCheckpoint: countIn(
      row.ownerSwitchesSinceCheckpoint ?? NONE,
      'ownerSwitchesSinceCheckpoint',
      place,
    ),
    checkpointedAt: readCheckpointedAt(row),
  };
}

function readCheckpointedAt(row: LeaseRow): Date | undefined {
  const isOfThis = row.rxjsCheckpointed?.S === `${row.checkpoint?.S}:${row.checkpointSubSequenceNumber?.N ?? 0}`;
  return isOfThis ? timeIn(row.rxjsCheckpointedAt?.N) : undefined;
}

function readCheckpoint(row: LeaseRow, place: LeasePlace): Checkpoint {
  const text = row.checkpoint?.S;
  const sub = row.checkpointSubSequenceNumber ?? NONE;
  const subSequenceNumber = countIn(sub, 'checkpointSubSequenceNumber', place);
  if (text === 'TRIM_HORIZON' || text === 'LATEST' || text === 'SHARD_END') return text;
  if (text === 'AT_TIMESTAMP') return { atTimestamp: timeOf(row, place) };
  if (text === undefined || !/^\d+$/.test(text)) throw noLease(place, 'checkpoint', text);
  return { sequenceNumber: text, subSequenceNumber };
}

function timeOf(row: LeaseRow, place: LeasePlace): Date {
  const ms = row.rxjsTimestamp?.N;
  const time = timeIn(ms);
  if (time) return time;
  if (ms !== undefined) throw noLease(place, 'rxjsTimestamp', ms);
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

/** A count, no greater than a number holds for certain. */
function countIn(value: AttributeValue | undefined, attribute: string, place: LeasePlace): number {
  const text = value?.N;
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 0) throw noLease(place, attribute, text);
  return count;
}

/** A set; what would be an empty one is not there. */
function stringsIn(row: LeaseRow, attribute: string, place: LeasePlace): readonly string[] {
  const { [attribute]: value } = row;
  if (value?.SS) return value.SS;
  if (value?.S !== undefined) return [value.S];
  if (value === undefined || value.NULL) return [];
  throw noLease(place, attribute, undefined);
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

const NONE: AttributeValue = { N: '0' };
