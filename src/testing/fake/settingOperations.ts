import type {
  AddTagsToStreamCommandInput,
  DecreaseStreamRetentionPeriodCommandInput,
  IncreaseStreamRetentionPeriodCommandInput,
  RemoveTagsFromStreamCommandInput,
  UpdateMaxRecordSizeCommandInput,
} from '@aws-sdk/client-kinesis';
import { DEFAULT_RETENTION_HOURS, MAX_RETENTION_HOURS } from '../../aws/limits.ts';
import type { MemberRule } from './checkInput.ts';
import type { FakeService, StreamReference } from './FakeService.ts';
import type { FakeStream } from './FakeStream.ts';
import { streamReference } from './memberRules.ts';
import { operation } from './Operation.ts';
import { serviceError } from './serviceError.ts';

const CALLS_PER_SECOND = 5;
const KIB = 1_024;

type RetentionInput = (IncreaseStreamRetentionPeriodCommandInput | DecreaseStreamRetentionPeriodCommandInput) & {
  RetentionPeriodHours: number;
};

const retentionRules: Readonly<Record<string, MemberRule>> = {
  ...streamReference,
  RetentionPeriodHours: { is: 'Integer', required: true, min: 1, max: MAX_RETENTION_HOURS },
};

export const IncreaseStreamRetentionPeriod = operation<RetentionInput>(retentionRules, (service, input) => {
  service.countCall('IncreaseStreamRetentionPeriod', CALLS_PER_SECOND);
  const stream = retained(service, input);
  const hours = input.RetentionPeriodHours;
  if (hours < stream.retentionHours) throw wrongWay(stream, hours, 'shorter', 'Decrease');
  stream.retentionHours = hours;
  return {};
});

export const DecreaseStreamRetentionPeriod = operation<RetentionInput>(retentionRules, (service, input) => {
  service.countCall('DecreaseStreamRetentionPeriod', CALLS_PER_SECOND);
  const stream = retained(service, input);
  const hours = input.RetentionPeriodHours;
  if (hours > stream.retentionHours) throw wrongWay(stream, hours, 'longer', 'Increase');
  stream.retentionHours = hours;
  return {};
});

function retained(service: FakeService, input: RetentionInput): FakeStream {
  const stream = service.stream(input);
  service.requireActive(stream);
  if (input.RetentionPeriodHours >= DEFAULT_RETENTION_HOURS) return stream;
  throw serviceError(
    'InvalidArgumentException',
    `Minimum allowed retention period is ${DEFAULT_RETENTION_HOURS} hours. ` +
      `Requested retention period (${input.RetentionPeriodHours} hours) is too short.`,
  );
}

const wrongWay = (stream: FakeStream, hours: number, than: string, instead: string) =>
  serviceError(
    'InvalidArgumentException',
    `Requested retention period (${hours} hours) for stream ${stream.name} can not be ${than} than existing ` +
      `retention period (${stream.retentionHours} hours). Use ${instead}RetentionPeriod API.`,
  );

export const UpdateMaxRecordSize = operation<UpdateMaxRecordSizeCommandInput & { MaxRecordSizeInKiB: number }>(
  { ...streamReference, MaxRecordSizeInKiB: { is: 'Integer', required: true, min: 1_024, max: 10_240 } },
  (service, input) => {
    service.countCall('UpdateMaxRecordSize', CALLS_PER_SECOND);
    const stream = service.stream(input);
    service.requireActive(stream);
    const { now } = service;
    stream.change('UPDATING', now, now + service.settings.statusMs, () => {
      stream.maxRecordBytes = input.MaxRecordSizeInKiB * KIB;
    });
    return {};
  },
);

export const AddTagsToStream = operation<AddTagsToStreamCommandInput & { Tags: Record<string, string> }>(
  { ...streamReference, Tags: { is: 'Map', required: true, min: 1, max: 50, of: { is: 'String', max: 256 } } },
  (service, input) => {
    service.countCall('AddTagsToStream', CALLS_PER_SECOND);
    const { tags } = service.stream(input);
    for (const [key, value] of Object.entries(input.Tags)) tags.set(key, value);
    return {};
  },
);

export const RemoveTagsFromStream = operation<RemoveTagsFromStreamCommandInput & { TagKeys: string[] }>(
  {
    ...streamReference,
    TagKeys: { is: 'List', required: true, min: 1, max: 50, of: { is: 'String', min: 1, max: 128 } },
  },
  (service, input) => {
    service.countCall('RemoveTagsFromStream', CALLS_PER_SECOND);
    const { tags } = service.stream(input);
    for (const key of input.TagKeys) tags.delete(key);
    return {};
  },
);

export const ListTagsForStream = operation<StreamReference>(streamReference, (service, input) => {
  service.countCall('ListTagsForStream', CALLS_PER_SECOND);
  const tags = [...service.stream(input).tags].sort(([a], [b]) => (a < b ? -1 : 1));
  return { Tags: tags.map(([Key, Value]) => ({ Key, Value })), HasMoreTags: false };
});
