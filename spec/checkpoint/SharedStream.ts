import { filter, firstValueFrom, startWith, Subject, Subscription, timeout } from 'rxjs';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import type { CheckpointStore } from '../../src/checkpoint/CheckpointStore.ts';
import { text } from '../../src/codec/text.ts';
import { fromKinesis } from '../../src/consumer/fromKinesis.ts';
import type { LeaseEvent } from '../../src/diagnostics/ConsumerDiagnostic.ts';
import { LocalKinesis } from '../../src/testing/LocalKinesis.ts';

/** A worker that reads until it is stopped. */
export interface SharingWorker {
  /** Resolves when it has written what it settled and released what it held; rejects with the error of its stream. */
  stop(): Promise<void>;
  /** How often a lease had this. */
  count(event: LeaseEvent): number;
  /** How often its store failed. */
  failures(): number;
}

/** The stream `orders`, and what workers read that share it through a store. */
export class SharedStream {
  readonly kinesis: LocalKinesis;
  /** Who read each record, by its data. */
  readonly read = new Map<string, string[]>();
  readonly #happened = new Subject<void>();
  readonly #workers = new Subscription();
  #lastRecord = 0;

  private constructor(kinesis: LocalKinesis) {
    this.kinesis = kinesis;
  }

  static async start(shards: number): Promise<SharedStream> {
    return new SharedStream(await LocalKinesis.start({ seed: 3, limits: false, streams: { orders: { shards } } }));
  }

  /** Puts so many records, whose data are the numbers that follow those put before. */
  put(count: number): { shardId: string; sequenceNumber: string }[] {
    const records = Array.from({ length: count }, () => String((this.#lastRecord += 1)));
    return this.kinesis.fake.put(
      'orders',
      records.map((data) => ({ partitionKey: data, data })),
    );
  }

  /** Starts a worker. */
  work(workerId: string, checkpoints: CheckpointStore): SharingWorker {
    const stopping = new Subject<void>();
    const events: LeaseEvent[] = [];
    let failures = 0;
    const outcome = new Promise<void>((resolve, reject) => {
      const worker = fromKinesis('orders', {
        client: this.kinesis.clientConfig,
        codec: text(),
        checkpoints,
        workerId,
        until: stopping,
        pollIntervalMs: 20,
        leaseDurationMs: 1_500,
        leaseScanIntervalMs: 50,
        shardSyncIntervalMs: 1_000,
        backoff: { initialMs: 10, maxMs: 50 },
        onDiagnostic: (event) => {
          if (event.type === 'storeFailed') failures += 1;
          if (event.type === 'lease') events.push(event.event);
          this.#happened.next();
        },
      })
        .pipe(checkpoint({ intervalMs: 50 }))
        .subscribe({
          next: ({ data }) => {
            this.read.set(data, [...(this.read.get(data) ?? []), workerId]);
            this.#happened.next();
          },
          error: reject,
          complete: resolve,
        });
      this.#workers.add(worker);
    });
    return {
      async stop() {
        stopping.next();
        await outcome;
      },
      count: (event) => events.filter((each) => each === event).length,
      failures: () => failures,
    };
  }

  /** Waits for what deliveries, leases and failures of stores bring about. */
  async until(condition: () => boolean): Promise<void> {
    await firstValueFrom(this.#happened.pipe(startWith(undefined), filter(condition), timeout(15_000)));
  }

  /** Ends it, and the workers that nobody stopped. */
  stop(): Promise<void> {
    this.#workers.unsubscribe();
    return this.kinesis.stop();
  }
}
