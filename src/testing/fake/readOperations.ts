import type { GetRecordsCommandInput, GetShardIteratorCommandInput } from '@aws-sdk/client-kinesis';
import { ITERATOR_LIFETIME_MS, MAX_GET_RECORDS, MAX_GET_RECORDS_BYTES } from '../../aws/limits.ts';
import { describeChild } from './describeShard.ts';
import type { FakeService } from './FakeService.ts';
import type { FakeShard } from './FakeShard.ts';
import type { FakeStream } from './FakeStream.ts';
import { arn, sequenceNumber, shardId, streamReference } from './memberRules.ts';
import { operation } from './Operation.ts';
import { ReadAnswer } from './ReadAnswer.ts';
import { parseSequenceNumber } from './sequenceNumber.ts';
import { serviceError } from './serviceError.ts';
import { readIterator, writeIterator } from './shardIterator.ts';
import { timestampMs } from './timestampMs.ts';

const ITERATOR_TYPES = ['AFTER_SEQUENCE_NUMBER', 'LATEST', 'AT_TIMESTAMP', 'AT_SEQUENCE_NUMBER', 'TRIM_HORIZON'];

type IteratorInput = GetShardIteratorCommandInput & { ShardId: string };

export const GetShardIterator = operation<IteratorInput>(
  {
    ...streamReference,
    ShardId: shardId,
    ShardIteratorType: { is: 'String', required: true, values: ITERATOR_TYPES },
    StartingSequenceNumber: sequenceNumber,
    Timestamp: { is: 'Timestamp' },
  },
  (service, input) => {
    const streamName = service.nameIn(input);
    const stream = service.find(streamName);
    if (!stream) throw service.noShard(input.ShardId, streamName);
    const shard = readable(stream) ? stream.shard(input.ShardId, service.now) : undefined;
    if (!shard) throw service.noShard(input.ShardId, streamName);
    if (service.settings.limits.reads && !shard.admitsIterator(service.now)) throw exceeded(service, stream, shard);
    return { ShardIterator: writeIterator(service, stream, shard, positionOf(service, stream, shard, input)) };
  },
);

export const GetRecords = operation<GetRecordsCommandInput & { ShardIterator: string }>(
  {
    ShardIterator: { is: 'String', required: true, min: 1, max: 512 },
    Limit: { is: 'Integer', min: 1, max: MAX_GET_RECORDS },
    StreamARN: arn,
  },
  (service, input) => {
    const { now } = service;
    const iterator = readIterator(service, input.ShardIterator);
    if (!iterator) throw serviceError('InvalidArgumentException', 'Invalid ShardIterator.');
    const { stream, shardName, streamName } = iterator;
    const isExpired = now - iterator.writtenAt > ITERATOR_LIFETIME_MS;
    if (isExpired || (stream && iterator.generation < stream.iteratorGeneration)) {
      throw serviceError('ExpiredIteratorException', expiredText(iterator.writtenAt, now));
    }
    const shard = stream && readable(stream) ? stream.shardAt(iterator.shardIndex, now) : undefined;
    if (!stream || !shard) throw service.noShard(shardName, streamName);
    if (input.StreamARN !== undefined && service.nameIn(input) !== stream.name) {
      throw serviceError(
        'InvalidArgumentException',
        `StreamARN ${input.StreamARN} is not the stream of the ShardIterator.`,
      );
    }
    if (service.gate.refusesRead(stream, shard)) throw exceeded(service, stream, shard);
    if (service.settings.limits.reads && !shard.admitsRead(now)) throw exceeded(service, stream, shard);
    return read(service, stream, shard, iterator.position, input.Limit ?? MAX_GET_RECORDS);
  },
);

function read(service: FakeService, stream: FakeStream, shard: FakeShard, position: number, limit: number): ReadAnswer {
  const { now, settings } = service;
  const { log } = shard;
  const from = Math.max(position, log.first);
  const isEmptied = from < log.next && service.gate.emptiesRead(stream, shard);
  const { to, bytes } = log.fit(from, isEmptied ? 0 : limit, MAX_GET_RECORDS_BYTES);
  if (settings.limits.reads) shard.countRead(bytes, now);
  const isEnd = !shard.isOpen && to >= log.next && (to === from || settings.shardEnd === 'withRecords');
  const oldestUnread = to === from ? from : to - 1;
  return new ReadAnswer(
    log,
    { from, to },
    {
      millisBehindLatest: to < log.next ? Math.max(1, now - log.arrivalOf(oldestUnread)) : 0,
      nextShardIterator: isEnd ? undefined : writeIterator(service, stream, shard, to),
      childShards: isEnd ? shard.children.map(describeChild) : undefined,
    },
  );
}

function positionOf(service: FakeService, stream: FakeStream, shard: FakeShard, input: IteratorInput): number {
  const { ShardIteratorType: type, StartingSequenceNumber: sequence, Timestamp: timestamp } = input;
  const { log } = shard;
  if (type === 'AT_TIMESTAMP') return log.indexAtTime(checkedTime(service, timestamp));
  const isBySequence = type === 'AT_SEQUENCE_NUMBER' || type === 'AFTER_SEQUENCE_NUMBER';
  if (isBySequence !== (sequence !== undefined)) {
    throw serviceError(
      'InvalidArgumentException',
      'Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or ' +
        '(2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. ' +
        `Request specified ${String(type)} and ${isBySequence ? 'no' : 'also a'} StartingSequenceNumber.`,
    );
  }
  if (sequence === undefined) return type === 'LATEST' ? log.next : log.first;
  const counter = counterOf(service, stream, shard, sequence);
  return log.indexAtCounter(type === 'AFTER_SEQUENCE_NUMBER' ? counter + 1 : counter);
}

function counterOf(service: FakeService, stream: FakeStream, shard: FakeShard, sequence: string): number {
  const parts = parseSequenceNumber(sequence);
  const place = `StartingSequenceNumber ${sequence} used in GetShardIterator on shard ${shard.id} in stream ${stream.name} ${service.account}`;
  if (!parts) throw serviceError('InvalidArgumentException', `${place} is invalid.`);
  if (parts.shardIndex !== shard.index) {
    throw serviceError(
      'InvalidArgumentException',
      `Invalid StartingSequenceNumber. It encodes shardId-${String(parts.shardIndex).padStart(12, '0')}, ` +
        `while it was used in a call to a shard with ${shard.id}`,
    );
  }
  if (parts.createdSecond !== shard.createdSecond) {
    throw serviceError('InvalidArgumentException', `${place} is invalid because it did not come from this stream.`);
  }
  return parts.counter;
}

function checkedTime(service: FakeService, timestamp: Date | undefined): number {
  if (timestamp === undefined) {
    throw serviceError(
      'InvalidArgumentException',
      'Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.',
    );
  }
  const ms = timestampMs(timestamp);
  if (ms <= service.now) return ms;
  throw serviceError(
    'InvalidArgumentException',
    'The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. ' +
      `timestampInMillis: ${ms}, currentTimestampInMillis: ${service.now}`,
  );
}

const readable = ({ status }: FakeStream) => status === 'ACTIVE' || status === 'UPDATING';

const exceeded = (service: FakeService, stream: FakeStream, shard: FakeShard) =>
  serviceError('ProvisionedThroughputExceededException', service.rateExceeded(shard, stream));

const amazonTime = (ms: number) =>
  new Date(ms).toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) (\S+) GMT$/, '$1 $3 $2 $5 UTC $4');

const expiredText = (writtenAt: number, now: number) =>
  `Iterator expired. The iterator was created at time ${amazonTime(writtenAt)} while right now it is ${amazonTime(now)} ` +
  `which is further in the future than the tolerated delay of ${ITERATOR_LIFETIME_MS} milliseconds.`;
