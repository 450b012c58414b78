import { NEVER, type Observable, type Subscription, tap } from 'rxjs';
import type { CheckpointStore } from '../../src/checkpoint/CheckpointStore.ts';
import type { Checkpoint, Lease } from '../../src/checkpoint/Lease.ts';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { isPosition } from '../../src/checkpoint/isProgress.ts';
import { memoryCheckpoints } from '../../src/checkpoint/memoryCheckpoints.ts';
import { fromKinesis } from '../../src/consumer/fromKinesis.ts';
import type { FromKinesisOptions } from '../../src/consumer/FromKinesisOptions.ts';
import type { KinesisSource } from '../../src/consumer/KinesisSource.ts';
import type { Diagnostic } from '../../src/diagnostics/Diagnostic.ts';
import type { KinesisRecord } from '../../src/record/KinesisRecord.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import type { FakeKinesisOptions } from '../../src/testing/FakeKinesisOptions.ts';
import { VirtualClock } from '../support/VirtualClock.ts';

export type Records = Observable<KinesisRecord>;
export type Pipe = (source: Records) => Observable<unknown>;

/** A subscription to a source, and all that came of it. */
export interface Reader {
  readonly source: KinesisSource;
  readonly subscription: Subscription;
  /** What the source delivered, as text, in order. */
  readonly delivered: string[];
  /** When, in milliseconds of the clock. */
  readonly deliveredAtMs: number[];
  /** What came out of the pipe. */
  readonly emitted: unknown[];
  readonly diagnostics: Diagnostic[];
  error: unknown;
  isComplete: boolean;
}

export interface ReaderOptions extends Omit<FromKinesisOptions<Uint8Array>, 'checkpoints'> {
  /** Default: the bench's store; `undefined`: none. */
  readonly checkpoints?: CheckpointStore | undefined;
  /** Its name or ARN. Default: `orders`. */
  readonly stream?: string;
  /** What stands behind the source. Default: `checkpoint()`. */
  readonly pipe?: Pipe;
}

export const shard = (index: number) => `shardId-${String(index).padStart(12, '0')}`;
export const textOf = ({ data }: { readonly data: unknown }) =>
  data instanceof Uint8Array ? Buffer.from(data).toString() : JSON.stringify(data);

/** A stream `orders`, a store, and a clock that they and every reader go by. */
export function workbench(options: FakeKinesisOptions = {}) {
  const clock = new VirtualClock();
  const fake = new FakeKinesis({ scheduler: clock, streams: { orders: {} }, ...options });
  const store = memoryCheckpoints();

  /** Reads `orders`, with the store unless it is told another, or `checkpoints: undefined`. */
  const read = ({
    pipe = (source) => source.pipe(checkpoint()),
    stream = 'orders',
    ...options
  }: ReaderOptions = {}): Reader => {
    const diagnostics: Diagnostic[] = [];
    const source = fromKinesis(stream, {
      client: fake,
      scheduler: clock,
      random: () => 0.5,
      checkpoints: store,
      onDiagnostic: (diagnostic) => diagnostics.push(diagnostic),
      ...(options as FromKinesisOptions<Uint8Array>),
    });
    return follow(source, pipe, clock, diagnostics);
  };

  /** Puts records into a shard, whatever their keys. */
  const put = (shardId: string, ...data: string[]) => {
    const range = fake.shards('orders').find(({ ShardId }) => ShardId === shardId)?.HashKeyRange;
    const explicitHashKey = range?.StartingHashKey ?? '';
    return fake.put(
      'orders',
      data.map((each) => ({ partitionKey: 'key', data: each, explicitHashKey })),
    );
  };

  return { clock, fake, store, read, put };
}

function follow(source: KinesisSource, pipe: Pipe, clock: VirtualClock, diagnostics: Diagnostic[]): Reader {
  const reader = {
    source,
    delivered: [] as string[],
    deliveredAtMs: [] as number[],
    emitted: [] as unknown[],
    diagnostics,
    error: undefined as unknown,
    isComplete: false,
  };
  const seen = source.pipe(
    tap((record) => {
      reader.delivered.push(textOf(record));
      reader.deliveredAtMs.push(clock.now());
    }),
  );
  const subscription = pipe(seen).subscribe({
    next: (value) => reader.emitted.push(value),
    error: (error: unknown) => (reader.error = error),
    complete: () => (reader.isComplete = true),
  });
  return Object.assign(reader, { subscription });
}

/** What the store holds of a shard. */
export function leaseOf(store: CheckpointStore, shardId: string): Lease | undefined {
  let found: Lease | undefined;
  (store.leases('orders') as Observable<readonly Lease[]>).subscribe((leases) => {
    found = leases.find((lease) => lease.shardId === shardId);
  });
  return found;
}

/** A shard's checkpoint, a position by its sequence number. */
export function checkpointOf(store: CheckpointStore, shardId: string): string | undefined {
  const at: Checkpoint | undefined = leaseOf(store, shardId)?.checkpoint;
  if (at === undefined || typeof at === 'string') return at;
  return isPosition(at) ? at.sequenceNumber : at.atTimestamp.toISOString();
}

/** The store as a process sees it whose calls are never answered while `isHanging`. */
export function hangingStore(store: CheckpointStore, isHanging: () => boolean): CheckpointStore {
  const get = (target: object, method: string | symbol) =>
    isHanging() ? () => NEVER : (Reflect.get(target, method) as unknown);
  return new Proxy(store, { get }) as CheckpointStore;
}
