import type { PutRecordCommandInput, PutRecordsCommandInput } from '@aws-sdk/client-kinesis';
import { MAX_HASH_KEY, MAX_PUT_RECORDS, MAX_PUT_RECORDS_BYTES } from '../../aws/limits.ts';
import type { EntryRefusal, FakeService } from './FakeService.ts';
import type { FakeShard } from './FakeShard.ts';
import type { FakeStream } from './FakeStream.ts';
import { hashKeyToHex } from '../../aws/hashKey.ts';
import { entry, sequenceNumber, streamReference } from './memberRules.ts';
import { operation } from './Operation.ts';
import { parseSequenceNumber } from './sequenceNumber.ts';
import { serviceError } from './serviceError.ts';
import { WriteAnswer } from './WriteAnswer.ts';

const THROTTLED = 'ProvisionedThroughputExceededException';
const MIB = 1024 * 1024;

/** What decides a record's shard. */
export interface KeyedEntry {
  readonly PartitionKey: string;
  readonly ExplicitHashKey?: string | undefined;
}

/** An entry whose members are known to be there. */
interface Entry extends KeyedEntry {
  readonly Data: Uint8Array;
}

export const PutRecord = operation<Omit<PutRecordCommandInput, keyof Entry> & Entry>(
  { ...streamReference, ...entry, SequenceNumberForOrdering: sequenceNumber },
  (service, input) => {
    const stream = writable(service, service.stream(input));
    if (sizeOf(input) > stream.maxRecordBytes) throw tooLarge(stream, input, 'data');
    const ordering = input.SequenceNumberForOrdering;
    if (ordering !== undefined && !parseSequenceNumber(ordering)) {
      throw serviceError(
        'InvalidArgumentException',
        `ExclusiveMinimumSequenceNumber ${ordering} used in PutRecord on stream ${stream.name} ${service.account} is invalid.`,
      );
    }
    const shard = shardOf(stream, input);
    const refusal = refusalOf(service, stream, shard, input, false);
    if (refusal) throw serviceError(refusal.code, refusal.message);
    const { shardId, sequenceNumber } = stream.append(shard, input.PartitionKey, input.Data, service.now);
    return { ShardId: shardId, SequenceNumber: sequenceNumber };
  },
);

export const PutRecords = operation<Omit<PutRecordsCommandInput, 'Records'> & { Records: readonly Entry[] }>(
  {
    ...streamReference,
    Records: {
      is: 'List',
      required: true,
      min: 1,
      max: MAX_PUT_RECORDS,
      of: { is: 'Structure', members: entry },
    },
  },
  (service, input) => {
    const stream = writable(service, service.stream(input));
    const { Records: entries } = input;
    checkSizes(stream, entries);
    // All of them before the first is stored: one that has no shard fails the request.
    const placed = entries.map((each) => ({ each, shard: shardOf(stream, each) }));
    const { now } = service;
    return new WriteAnswer(
      placed.map(
        ({ each, shard }) =>
          refusalOf(service, stream, shard, each, true) ?? stream.append(shard, each.PartitionKey, each.Data, now),
      ),
    );
  },
);

/** The shard that a record goes to. */
export function shardOf(stream: FakeStream, { PartitionKey, ExplicitHashKey }: KeyedEntry): FakeShard {
  if (ExplicitHashKey === undefined) return stream.shardOfKey(PartitionKey);
  const hashKey = BigInt(ExplicitHashKey);
  if (hashKey <= MAX_HASH_KEY) return stream.shardOfHash(hashKeyToHex(hashKey));
  throw serviceError(
    'InvalidArgumentException',
    `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${ExplicitHashKey}`,
  );
}

function writable(service: FakeService, stream: FakeStream): FakeStream {
  if (stream.status === 'ACTIVE' || stream.status === 'UPDATING') return stream;
  throw service.noStream(stream.name);
}

const sizeOf = ({ Data, PartitionKey }: Entry) => Data.length + Buffer.byteLength(PartitionKey);

function tooLarge({ maxRecordBytes }: FakeStream, { Data: { length } }: Entry, path: string): Error {
  return serviceError(
    'ValidationException',
    `1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim=${length} cap=${length}]' at '${path}' ` +
      `failed to satisfy constraint: Member must have length less than or equal to ${maxRecordBytes}`,
  );
}

/** So many bytes at most has a UTF-16 unit of a key in UTF-8: counting them costs more than all else that is checked. */
const MAX_UNIT_BYTES = 3;

function checkSizes(stream: FakeStream, entries: readonly Entry[]): void {
  let most = 0;
  let largest = 0;
  for (const { Data, PartitionKey } of entries) {
    const size = Data.length + PartitionKey.length * MAX_UNIT_BYTES;
    most += size;
    if (size > largest) largest = size;
  }
  if (largest <= stream.maxRecordBytes && most <= MAX_PUT_RECORDS_BYTES) return;
  let total = 0;
  entries.forEach((each, index) => {
    const size = sizeOf(each);
    if (size > stream.maxRecordBytes) throw tooLarge(stream, each, `records.${index + 1}.member.data`);
    total += size;
  });
  if (total <= MAX_PUT_RECORDS_BYTES) return;
  throw serviceError('InvalidArgumentException', `Records size exceeds ${MAX_PUT_RECORDS_BYTES / MIB} MB limit`);
}

function refusalOf(
  service: FakeService,
  stream: FakeStream,
  shard: FakeShard,
  each: Entry,
  isBatch: boolean,
): EntryRefusal | undefined {
  const refusal = service.gate.refusesEntry(stream, shard, isBatch);
  if (refusal) return refusal;
  if (!service.settings.limits.writes || shard.admitsWrite(sizeOf(each), service.now)) return undefined;
  return { code: THROTTLED, message: service.rateExceeded(shard, stream) };
}
