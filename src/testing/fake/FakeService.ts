import { Allowance } from './Allowance.ts';
import type { FakeShard } from './FakeShard.ts';
import { FakeStream, type FakeStreamSettings } from './FakeStream.ts';
import { OpaqueTokens } from './OpaqueTokens.ts';
import { serviceError } from './serviceError.ts';

/** Which of the service's rates are enforced. */
export interface EnforcedLimits {
  readonly writes: boolean;
  readonly reads: boolean;
  readonly control: boolean;
}

export interface FakeServiceSettings {
  readonly clock: () => number;
  readonly region: string;
  readonly accountId: string;
  readonly seed: number;
  readonly limits: EnforcedLimits;
  readonly statusMs: number;
  readonly shardLimit: number;
  readonly shardEnd: 'afterRecords' | 'withRecords';
}

/** How a request names its stream. */
export interface StreamReference {
  readonly StreamName?: string | undefined;
  readonly StreamARN?: string | undefined;
}

const ARN = /^arn:aws[\w-]*:kinesis:[\w-]+:\d{12}:stream\/(\S+)$/;

/** What is asked before a record is stored or read: where faults of single shards and entries come in. */
export interface FaultGate {
  /** Why this entry of a PutRecord or PutRecords is refused; undefined to let it pass. */
  refusesEntry(stream: FakeStream, shard: FakeShard, isBatch: boolean): EntryRefusal | undefined;
  refusesRead(stream: FakeStream, shard: FakeShard): boolean;
  emptiesRead(stream: FakeStream, shard: FakeShard): boolean;
}

export interface EntryRefusal {
  readonly code: string;
  readonly message: string;
}

const OPEN_GATE: FaultGate = {
  refusesEntry: () => undefined,
  refusesRead: () => false,
  emptiesRead: () => false,
};

/** One account in one region: its streams and what its requests may still do. */
export class FakeService {
  readonly settings: FakeServiceSettings;
  readonly tokens: OpaqueTokens;
  gate: FaultGate = OPEN_GATE;
  readonly #streams = new Map<string, FakeStream>();
  readonly #deletedAt = new Map<FakeStream, number>();
  readonly #rates = new Map<string, Allowance>();

  constructor(settings: FakeServiceSettings) {
    this.settings = settings;
    this.tokens = new OpaqueTokens(settings.seed);
  }

  /** The service's time in whole milliseconds. */
  get now(): number {
    return Math.floor(this.settings.clock());
  }

  get account(): string {
    return `under account ${this.settings.accountId}`;
  }

  arnOf(name: string): string {
    return `arn:aws:kinesis:${this.settings.region}:${this.settings.accountId}:stream/${name}`;
  }

  /** All streams, by name. */
  get streams(): FakeStream[] {
    return [...this.#streams.keys()].sort((a, b) => (a < b ? -1 : 1)).flatMap((name) => this.find(name) ?? []);
  }

  /** Copies the data of what was put, which may change afterwards. */
  pack(): void {
    for (const stream of this.#streams.values()) stream.pack();
  }

  find(name: string): FakeStream | undefined {
    const stream = this.#streams.get(name);
    if (!stream) return undefined;
    const { now } = this;
    const deletedAt = this.#deletedAt.get(stream);
    if (deletedAt !== undefined && deletedAt <= now) {
      this.#streams.delete(name);
      this.#deletedAt.delete(stream);
      return undefined;
    }
    stream.settle(now);
    return stream;
  }

  add(settings: Omit<FakeStreamSettings, 'arn' | 'createdAt'>): FakeStream {
    const stream = new FakeStream({ ...settings, arn: this.arnOf(settings.name), createdAt: this.now });
    this.#streams.set(settings.name, stream);
    return stream;
  }

  remove(stream: FakeStream, at: number): void {
    stream.status = 'DELETING';
    this.#deletedAt.set(stream, at);
  }

  /** The name that a request gives, as a name or in an ARN. */
  nameIn({ StreamName, StreamARN }: StreamReference): string {
    const named = StreamARN === undefined ? undefined : ARN.exec(StreamARN)?.[1];
    if (StreamARN !== undefined && named === undefined) {
      throw serviceError('InvalidArgumentException', `StreamARN ${StreamARN} is not the ARN of a stream.`);
    }
    if (named === undefined && StreamName === undefined) {
      throw serviceError('InvalidArgumentException', 'Either StreamName or StreamARN must be specified.');
    }
    if (named !== undefined && StreamName !== undefined && named !== StreamName) {
      throw serviceError(
        'InvalidArgumentException',
        `StreamName ${StreamName} is not the stream of ${String(StreamARN)}.`,
      );
    }
    if (StreamARN !== undefined && named !== undefined && StreamARN !== this.arnOf(named)) {
      throw this.noStream(named);
    }
    return named ?? StreamName ?? '';
  }

  /** The stream that a request is about; errors with ResourceNotFoundException if there is none. */
  stream(reference: StreamReference): FakeStream {
    const name = this.nameIn(reference);
    const stream = this.find(name);
    if (!stream) throw this.noStream(name);
    return stream;
  }

  noStream(name: string): Error {
    return serviceError('ResourceNotFoundException', `Stream ${name} ${this.account} not found.`);
  }

  noShard(shardId: string, name: string): Error {
    return serviceError(
      'ResourceNotFoundException',
      `Shard ${shardId} in stream ${name} ${this.account} does not exist`,
    );
  }

  rateExceeded(shard: FakeShard, stream: FakeStream): string {
    return `Rate exceeded for shard ${shard.id} in stream ${stream.name} ${this.account}.`;
  }

  /** Counts a call against a rate of the account, or of one stream; errors with LimitExceededException above it. */
  countCall(operation: string, perSecond: number, stream?: FakeStream): void {
    if (!this.settings.limits.control) return;
    const { now } = this;
    const name = stream ? `${operation} ${stream.name}` : operation;
    let rate = this.#rates.get(name);
    if (!rate) this.#rates.set(name, (rate = new Allowance(perSecond, now)));
    if (rate.tryTake(1, now)) return;
    const subject = stream ? `stream ${stream.name} ${this.account}` : `account ${this.settings.accountId}`;
    throw serviceError('LimitExceededException', `Rate exceeded for ${subject}.`);
  }

  /** Errors with ResourceInUseException unless the stream is ACTIVE. */
  requireActive(stream: FakeStream): void {
    if (stream.status === 'ACTIVE') return;
    throw serviceError(
      'ResourceInUseException',
      `Stream ${stream.name} ${this.account} not ACTIVE, instead in state ${stream.status}`,
    );
  }

  /** Errors with LimitExceededException when `more` open shards would be too many. */
  requireShards(more: number): void {
    const { accountId, region, shardLimit } = this.settings;
    const open = this.openShardCount;
    if (open + more <= shardLimit) return;
    throw serviceError(
      'LimitExceededException',
      `This request would exceed the shard limit for the account ${accountId} in ${region}. ` +
        `Current shard count for the account: ${open}. Limit: ${shardLimit}. ` +
        `Number of additional shards that would have resulted from this request: ${more}. ` +
        'Refer to the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) ' +
        'for current limits and how to request higher limits.',
    );
  }

  get openShardCount(): number {
    return this.streams.reduce((sum, stream) => sum + (stream.status === 'DELETING' ? 0 : stream.open.length), 0);
  }
}
