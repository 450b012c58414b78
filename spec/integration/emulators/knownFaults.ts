/** An answer of another emulator that is wrong, or older than the service is now. */
export interface KnownFault {
  readonly emulator: 'kinesis-local' | 'kinesalite';
  readonly script: string;
  /** The step whose answer differs. */
  readonly label: string;
  readonly reason: string;
}

interface FaultyScript {
  readonly script: string;
  readonly labels: readonly string[];
  readonly reason: string;
}

/** kinesis-local 0.6.2. */
const KINESIS_LOCAL: readonly FaultyScript[] = [
  {
    script: 'records are read in pages',
    labels: ['first page'],
    reason: 'MillisBehindLatest is 0 though there is more to read.',
  },
  {
    script: 'a shard is split',
    labels: ['read the parent', 'read its end'],
    reason:
      'The answer with the last records already is the end; the service ends with an empty one. Readers must understand both (option shardEnd).',
  },
  {
    script: 'shards are merged',
    labels: ['list', 'parent: records'],
    reason: 'The hash keys of 4 shards are cut as if there were 2^128 - 1 of them.',
  },
  { script: 'a stream gets another shard count', labels: ['double'], reason: 'StreamARN is missing.' },
  {
    script: 'bad arguments are refused',
    labels: ['bad name', 'empty key', 'long key', 'large record'],
    reason: 'InvalidArgumentException for what the service calls ValidationException.',
  },
  {
    script: 'bad arguments are refused',
    labels: ['hash not decimal', 'not an iterator', 'limit too large'],
    reason: 'An internal error instead of an answer.',
  },
  {
    script: 'bad arguments are refused',
    labels: ['no records', 'too many records'],
    reason: 'The number of entries is not checked.',
  },
  {
    script: 'bad arguments are refused',
    labels: ['a sequence too many'],
    reason: 'A StartingSequenceNumber with LATEST is not noticed.',
  },
  {
    script: 'bad arguments are refused',
    labels: ['split at the edge'],
    reason: 'A split that leaves an empty shard is not noticed.',
  },
  {
    script: 'bad arguments are refused',
    labels: ['create without shards'],
    reason: 'LimitExceededException for a shard count of 0.',
  },
];

/** kinesalite 3.3.3. */
const KINESALITE: readonly FaultyScript[] = [
  {
    script: 'streams are created, described and deleted',
    labels: ['describe, limited', 'describe, the rest'],
    reason: 'DescribeStream has no pages.',
  },
  {
    script: 'streams are found by ARN',
    labels: ['summary by ARN', 'list shards by ARN', 'put by ARN', 'read by ARN: iterator', 'read by ARN: records'],
    reason: 'ARNs are not known.',
  },
  {
    script: 'records are read in pages',
    labels: ['first page'],
    reason: 'MillisBehindLatest is 0 though there is more to read.',
  },
  { script: 'a shard is split', labels: ['open shards'], reason: 'ShardFilter is not known.' },
  { script: 'a shard is split', labels: ['read its end'], reason: 'ChildShards are not known.' },
  { script: 'a shard is split', labels: ['split again'], reason: 'A closed shard is split once more.' },
  { script: 'shards are merged', labels: ['merge the merged'], reason: 'Closed shards are merged once more.' },
  {
    script: 'shards are merged',
    labels: ['parent: records'],
    reason: 'The end of a shard is told by the clock, not by what was read.',
  },
  {
    script: 'a stream gets another shard count',
    labels: ['double', 'summary', 'too many'],
    reason: 'UpdateShardCount is not known.',
  },
  { script: 'shards are listed in pages', labels: ['first page', 'second page'], reason: 'ListShards has no pages.' },
];

const faultsOf = (emulator: KnownFault['emulator'], scripts: readonly FaultyScript[]): KnownFault[] =>
  scripts.flatMap(({ script, labels, reason }) => labels.map((label) => ({ emulator, script, label, reason })));

/** Every step at which an emulator is known to differ; one that no longer does fails the spec. */
export const KNOWN_FAULTS: readonly KnownFault[] = [
  ...faultsOf('kinesis-local', KINESIS_LOCAL),
  ...faultsOf('kinesalite', KINESALITE),
];
