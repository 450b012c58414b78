import { CheckpointStoreError } from '../../errors/CheckpointStoreError.ts';
import type { Checkpoint, Lease } from '../Lease.ts';
import { timeIn } from '../timeIn.ts';

/** The fields of one lease, by their names. */
export type LeaseFields = ReadonlyMap<string, string>;

/** Where a lease stands. */
export interface LeasePlace {
  readonly key: string;
  readonly streamName: string;
  readonly shardId: string;
}

/**
 * What the fields say as a lease.
 *
 * @throws CheckpointStoreError naming the key, the field and what stands there, when they are no lease
 */
export function readLease(fields: LeaseFields, place: LeasePlace): Lease {
  const { streamName, shardId } = place;
  const [, startingHashKey = '', endingHashKey = ''] = matched(fields, 'hashKeys', /^(\d+)-(\d+)$/, place);
  return {
    streamName,
    shardId,
    parentShardIds: readList(fields, 'parents', place),
    childShardIds: readList(fields, 'children', place),
    startingHashKey,
    endingHashKey,
    checkpoint: readCheckpoint(fields, place),
    owner: fields.get('owner'),
    token: fields.get('token'),
    nextOwner: fields.get('nextOwner'),
    counter: readCount(fields, 'counter', place),
    ownerSwitchesSinceCheckpoint: fields.has('switches') ? readCount(fields, 'switches', place) : 0,
    // For people to see: no reason to stop anything, whatever stands there.
    checkpointedAt: timeIn(fields.get('at')),
  };
}

function readCheckpoint(fields: LeaseFields, place: LeasePlace): Checkpoint {
  const text = fields.get('checkpoint');
  if (text === 'TRIM_HORIZON' || text === 'LATEST' || text === 'SHARD_END') return text;
  const [, ms, sequenceNumber = '', sub] = matched(
    fields,
    'checkpoint',
    /^(?:AT_TIMESTAMP:(-?\d{1,16})|(\d+):(\d{1,15}))$/,
    place,
  );
  if (ms === undefined) return { sequenceNumber, subSequenceNumber: Number(sub) };
  const atTimestamp = timeIn(ms);
  if (!atTimestamp) throw noLease(fields, 'checkpoint', place);
  return { atTimestamp };
}

/** As many digits as a number holds for certain. */
function readCount(fields: LeaseFields, field: string, place: LeasePlace): number {
  return Number(matched(fields, field, /^\d{1,15}$/, place)[0]);
}

function readList(fields: LeaseFields, field: string, place: LeasePlace): readonly string[] {
  const text = fields.get(field);
  if (text === undefined) return [];
  const list = parsed(text);
  if (Array.isArray(list) && list.every((id) => typeof id === 'string')) return list;
  throw noLease(fields, field, place);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function matched(fields: LeaseFields, field: string, pattern: RegExp, place: LeasePlace): RegExpExecArray {
  const match = pattern.exec(fields.get(field) ?? '');
  if (match) return match;
  throw noLease(fields, field, place);
}

function noLease(fields: LeaseFields, field: string, { key, streamName, shardId }: LeasePlace): CheckpointStoreError {
  const text = fields.get(field);
  const said = text === undefined ? 'is missing' : `is ${JSON.stringify(text.slice(0, 80))}`;
  return new CheckpointStoreError(
    `The lease of shard ${shardId} of stream ${streamName} in the hash ${key} cannot be read: its field "${shardId}:${field}" ${said}. ` +
      'Stop the workers, and write what it should be, or remove all fields of this shard: it is then read from startAt.',
    { streamName, shardId },
  );
}
