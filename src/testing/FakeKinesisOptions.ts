import type { SchedulerLike } from 'rxjs';
import {
  DEFAULT_MAX_RECORD_BYTES,
  DEFAULT_RETENTION_HOURS,
  MAX_RECORD_BYTES,
  MAX_RETENTION_HOURS,
} from '../aws/limits.ts';
import { checkScheduler } from '../internal/checkFunction.ts';
import { checkNames } from '../internal/checkNames.ts';
import { checkNumber, describe } from '../internal/checkNumber.ts';
import { monotonicScheduler } from '../internal/monotonicScheduler.ts';
import type { EnforcedLimits } from './fake/FakeService.ts';

/** A stream that exists from the start, or is made by {@link FakeKinesis.createStream}. */
export interface FakeStreamOptions {
  /** How many shards, of even width. From 1 to 100,000; default 1, or 4 in ON_DEMAND mode. */
  readonly shards?: number;
  /** For how long records are kept. From 1 (the service: from 24) to 8,760; default 24. */
  readonly retentionHours?: number;
  /** The most that data and partition key of a record may weigh. From 1 (the service: from 1,048,576) to 10,485,760; default 1,048,576. */
  readonly maxRecordBytes?: number;
  /** The stream's capacity mode. Default `'PROVISIONED'`. */
  readonly mode?: 'PROVISIONED' | 'ON_DEMAND';
}

/** Which rates of the service are enforced; sizes and counts of a request always are. Default: all. */
export interface FakeLimitsOptions {
  /** 1,000 records/s and 1 MiB/s per shard. Default true. */
  readonly writes?: boolean;
  /** 5 GetRecords/s, 2 MiB/s and 5 GetShardIterator/s per shard. Default true. */
  readonly reads?: boolean;
  /** The rates of all other operations, per account or per stream. Default true. */
  readonly control?: boolean;
}

/** What a `FakeKinesis` holds from the start, and which rules of the service it keeps. */
export interface FakeKinesisOptions {
  /** Its clock, and where its answers come from. Default: the library's own, which is virtual inside `TestScheduler.run`. */
  readonly scheduler?: SchedulerLike;
  /** Streams that exist and are ACTIVE from the start, by name. */
  readonly streams?: Readonly<Record<string, FakeStreamOptions>>;
  /** Of all that is drawn at random. An integer from 0 to 4,294,967,295; default 1. */
  readonly seed?: number;
  /** Which rates are enforced; `true` all, `false` none. Default `true`. */
  readonly limits?: boolean | FakeLimitsOptions;
  /** How long an answer takes, in milliseconds. From 0 to 3,600,000; default 0, which still never answers synchronously. */
  readonly latencyMs?: number;
  /** How long a stream is CREATING, UPDATING or DELETING, in milliseconds. From 0 to 3,600,000; default 0. */
  readonly statusMs?: number;
  /** Open shards that the account may have. From 1 to 1,000,000; default 20,000. */
  readonly shardLimit?: number;
  /** Which answer of GetRecords says that a closed shard has ended: the empty one after its last records (default), or the one with them. Readers must understand both. */
  readonly shardEnd?: 'afterRecords' | 'withRecords';
  /** Named by its ARNs. Default `'us-east-1'`. */
  readonly region?: string;
  /** Named by its ARNs: twelve digits. Default `'000000000000'`. */
  readonly accountId?: string;
}

/** @internal */
export interface CheckedStreamOptions {
  readonly shards: number;
  readonly retentionHours: number;
  readonly maxRecordBytes: number;
  readonly mode: 'PROVISIONED' | 'ON_DEMAND';
}

const MAX_SEED = 2 ** 32 - 1;
const MAX_SHARDS = 100_000;
const HOUR_MS = 3_600_000;
/** @internal */
export const FAKE_OPTION_NAMES: Readonly<Record<keyof FakeKinesisOptions, true>> = {
  scheduler: true,
  streams: true,
  seed: true,
  limits: true,
  latencyMs: true,
  statusMs: true,
  shardLimit: true,
  shardEnd: true,
  region: true,
  accountId: true,
};
const STREAM_NAMES: Readonly<Record<keyof FakeStreamOptions, true>> = {
  shards: true,
  retentionHours: true,
  maxRecordBytes: true,
  mode: true,
};
const NAME = /^[a-zA-Z0-9_.-]{1,128}$/;

/** @internal */
export function checkFakeOptions(options: FakeKinesisOptions) {
  checkNames(options, FAKE_OPTION_NAMES, 'FakeKinesis');
  const { seed = 1, latencyMs = 0, statusMs = 0, shardLimit = 20_000, shardEnd = 'afterRecords' } = options;
  const { region = 'us-east-1', accountId = '000000000000', limits = true } = options;
  if (!/^\d{12}$/.test(accountId)) throw new RangeError(`accountId must be twelve digits; got ${describe(accountId)}`);
  if (!/^[a-z0-9-]+$/.test(region))
    throw new RangeError(`region must be the name of a region; got ${describe(region)}`);
  if (!(['afterRecords', 'withRecords'] as unknown[]).includes(shardEnd)) {
    throw new RangeError(`shardEnd must be 'afterRecords' or 'withRecords'; got ${describe(shardEnd)}`);
  }
  return {
    scheduler: checkScheduler(options.scheduler) ?? monotonicScheduler,
    seed: checkNumber('seed', seed, { min: 0, max: MAX_SEED }),
    latencyMs: checkNumber('latencyMs', latencyMs, { min: 0, max: HOUR_MS }),
    statusMs: checkNumber('statusMs', statusMs, { min: 0, max: HOUR_MS }),
    shardLimit: checkNumber('shardLimit', shardLimit, { min: 1, max: 1_000_000 }),
    shardEnd,
    region,
    accountId,
    limits: checkLimits(limits),
  };
}

function checkLimits(limits: boolean | FakeLimitsOptions): EnforcedLimits {
  if (typeof limits === 'boolean') return { writes: limits, reads: limits, control: limits };
  if (typeof limits !== 'object') {
    throw new TypeError(`limits must be a boolean or { writes, reads, control }; got ${describe(limits)}`);
  }
  checkNames(limits, { writes: true, reads: true, control: true }, 'limits');
  for (const [name, value] of Object.entries(limits) as [string, unknown][]) {
    if (value !== undefined && typeof value !== 'boolean') {
      throw new TypeError(`limits.${name} must be true or false; got ${describe(value)}`);
    }
  }
  const { writes = true, reads = true, control = true } = limits;
  return { writes, reads, control };
}

/** @internal */
export function checkStreamOptions(name: string, options: FakeStreamOptions): CheckedStreamOptions {
  if (!NAME.test(name)) {
    throw new RangeError(`a stream's name must be 1 to 128 letters, digits, _, . or -; got ${describe(name)}`);
  }
  checkNames(options, STREAM_NAMES, `stream ${name}`);
  const {
    mode = 'PROVISIONED',
    retentionHours = DEFAULT_RETENTION_HOURS,
    maxRecordBytes = DEFAULT_MAX_RECORD_BYTES,
  } = options;
  if (!(['PROVISIONED', 'ON_DEMAND'] as unknown[]).includes(mode)) {
    throw new RangeError(`mode of stream ${name} must be 'PROVISIONED' or 'ON_DEMAND'; got ${describe(mode)}`);
  }
  const { shards = mode === 'ON_DEMAND' ? 4 : 1 } = options;
  return {
    mode,
    shards: checkNumber(`shards of stream ${name}`, shards, { min: 1, max: MAX_SHARDS }),
    retentionHours: checkNumber(`retentionHours of stream ${name}`, retentionHours, {
      min: 1,
      max: MAX_RETENTION_HOURS,
    }),
    maxRecordBytes: checkNumber(`maxRecordBytes of stream ${name}`, maxRecordBytes, { min: 1, max: MAX_RECORD_BYTES }),
  };
}
