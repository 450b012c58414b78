import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { filter, NEVER, Subject, type Subscription } from 'rxjs';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { dynamoDbCheckpoints } from '../../src/checkpoint/dynamodb/dynamoDbCheckpoints.ts';
import type { DynamoDbClientLike } from '../../src/checkpoint/dynamodb/DynamoDbCheckpointsOptions.ts';
import { text } from '../../src/codec/text.ts';
import { fromKinesis } from '../../src/consumer/fromKinesis.ts';
import type { LocalKinesis } from '../../src/testing/LocalKinesis.ts';
import type { Seen } from './Seen.ts';

export interface OurWorkerOptions {
  readonly workerId: string;
  readonly application: string;
  readonly kinesis: LocalKinesis;
  readonly dynamo: DynamoDBClient;
  /** Records after which it settles no more. */
  readonly limit?: number;
}

/** A worker of this library that reads the stream `orders`. */
export class OurWorker {
  /** What happened to leases, such as `shardId-000000000000 taken`. */
  readonly leases: string[] = [];
  readonly #stopping = new Subject<void>();
  readonly #ended: Promise<void>;
  readonly #subscription: Subscription;
  #isDead = false;

  constructor(options: OurWorkerOptions, seen: Seen) {
    const { workerId, application, kinesis, dynamo, limit = Infinity } = options;
    const client: DynamoDbClientLike = {
      send: (command, settings) =>
        this.#isDead ? NEVER : (dynamo as unknown as DynamoDbClientLike).send(command, settings),
    };
    const checkpoints = dynamoDbCheckpoints({ application, client });
    const { promise, resolve, reject } = withResolvers();
    this.#ended = promise;
    let count = 0;
    this.#subscription = fromKinesis('orders', {
      client: kinesis.clientConfig,
      codec: text(),
      checkpoints,
      workerId,
      until: this.#stopping,
      maxRecordsPerCall: 20,
      pollIntervalMs: 250,
      maxCallsPerSecond: 4,
      shardSyncIntervalMs: 1_000,
      leaseDurationMs: 2_000,
      leaseScanIntervalMs: 200,
      drainTimeoutMs: 200,
      onDiagnostic: (event) => {
        if (event.type !== 'lease') return;
        this.leases.push(`${event.shardId} ${event.event}`);
        seen.happened();
      },
    })
      .pipe(
        filter(() => (count += 1) <= limit),
        checkpoint({ intervalMs: 100 }),
      )
      .subscribe({
        next: ({ data, shardId, sequenceNumber, subSequenceNumber }) =>
          seen.add({ workerId, shardId, sequenceNumber, subSequenceNumber, data }),
        error: reject,
        complete: resolve,
      });
  }

  count(...events: readonly string[]): number {
    return this.leases.filter((each) => events.includes(each.split(' ')[1]!)).length;
  }

  /** Stops it, and waits until it has released its leases. */
  async stop(): Promise<void> {
    this.#stopping.next();
    await this.#ended;
  }

  /** Nothing more of it reaches the table: its leases run out. */
  kill(): void {
    this.#isDead = true;
    this.#subscription.unsubscribe();
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void; reject: (error: unknown) => void } {
  let resolve!: () => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<void>((resolvePromise, rejectPromise) => {
    resolve = resolvePromise;
    reject = rejectPromise;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
