import {
  EMPTY,
  from,
  interval,
  map,
  NEVER,
  observeOn,
  of,
  type Subscription,
  Subject,
  tap,
  throwError,
  timer,
} from 'rxjs';
import type { CheckpointStore } from '../../src/checkpoint/CheckpointStore.ts';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { fromKinesis } from '../../src/consumer/fromKinesis.ts';
import type { KinesisSource } from '../../src/consumer/KinesisSource.ts';
import type { StartAt } from '../../src/consumer/StartAt.ts';
import type { KinesisRecord } from '../../src/record/KinesisRecord.ts';
import { processRecords } from '../../src/record/processRecords.ts';
import type { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import type { VirtualClock } from '../support/VirtualClock.ts';
import type { Chance } from './Chance.ts';
import { FlakyStore } from './FlakyStore.ts';
import type { Entry, Observer } from './Observer.ts';
import { ProcessClock } from './ProcessClock.ts';

export interface Surroundings {
  readonly clock: VirtualClock;
  readonly fake: FakeKinesis;
  readonly store: CheckpointStore;
  readonly observer: Observer;
  readonly chance: Chance;
  readonly startAt: StartAt;
  /** Some of what is written are aggregates. */
  readonly aggregates: boolean;
  readonly pollMs: number;
}

/** All records weigh between these, so that an estimate by the largest seen lately is wrong by this much at the most. */
export const RECORD_BYTES = { min: 20, max: 40 };

/** One process that reads the stream: a source and a pipeline with options drawn by chance. */
export class SimulatedWorker {
  readonly id: string;
  readonly source: KinesisSource;
  readonly store: FlakyStore;
  isComplete = false;
  readonly #process: ProcessClock;
  readonly #subscription: Subscription;
  readonly #until = new Subject<void>();
  #isSlow = true;
  #isDead = false;

  constructor(id: string, { clock, fake, store, observer, chance, startAt, aggregates, pollMs }: Surroundings) {
    this.id = id;
    const process = new ProcessClock(clock);
    this.#process = process;
    this.store = new FlakyStore(store, { clock, process, chance, observer, workerId: id });
    const maxInFlightRecords = chance.of(1, 2, 5, 20, 1_000);
    const maxInFlightBytes = chance.of(100, 1_000, 64 * 1024 * 1024);
    // One answer with aggregates may go beyond them.
    const unbounded = { records: Infinity, bytes: Infinity };
    const bounds = {
      records: maxInFlightRecords,
      bytes: Math.max(maxInFlightBytes, RECORD_BYTES.max) * (RECORD_BYTES.max / RECORD_BYTES.min),
    };
    observer.workerStarts(id, aggregates ? unbounded : bounds);
    this.source = fromKinesis('orders', {
      client: {
        send: (command, options) => (this.#isDead ? NEVER : from(fake.send(command, options)).pipe(observeOn(process))),
      },
      checkpoints: this.store.view,
      scheduler: process,
      random: chance.next,
      workerId: id,
      startAt,
      until: this.#until,
      maxInFlightRecords,
      maxInFlightBytes,
      maxRecordsPerCall: chance.of(1, 7, 10_000),
      pollIntervalMs: pollMs,
      shardSyncIntervalMs: 5_000,
      leaseDurationMs: LEASE_MS,
      handOverTimeoutMs: chance.of(0, 500, 5_000),
      drainTimeoutMs: chance.of(0, 1_000, 10_000),
    });
    const work = (record: KinesisRecord<Entry>) => {
      if (chance.is(0.02)) return throwError(() => new Error('the handler failed'));
      const isLong = this.#isSlow && chance.is(0.02);
      const ms = isLong ? chance.from(2_000, 12_000) : chance.of(0, 1, 20, 150);
      return ms === 0 ? of(record.data) : timer(ms, process).pipe(map(() => record.data));
    };
    this.#subscription = this.source
      .pipe(
        map((record) => {
          const { shardId, data, partitionKey = '' } = record;
          return record.withData(observer.delivered(id, shardId, record, data.length + partitionKey.length));
        }),
        processRecords(work, {
          concurrency: chance.of(1, 4, 32),
          order: chance.of('none', 'partitionKey', 'shard'),
          retry: { maxAttempts: 2 },
          poison: (record) => {
            observer.settled(record.data as Entry);
            return EMPTY;
          },
          scheduler: process,
          random: chance.next,
        }),
        tap(({ data }) => observer.settled(data!)),
        checkpoint(chance.of<object>({ intervalMs: 1_000 }, { maxRecords: 3 }, { when: interval(2_000, process) })),
      )
      .subscribe({
        error: (error: unknown) => observer.readerFailed(id, error),
        complete: () => (this.isComplete = true),
      });
    observer.note(`${id} starts`);
  }

  /** No more slow records, nor troubles with the store. */
  calm(): void {
    this.#isSlow = false;
    this.store.trouble = 0;
    this.store.isCut = false;
  }

  /** The whole process stands still for a while. */
  pause(ms: number): void {
    this.#process.pauseFor(ms);
  }

  stop(): void {
    this.#until.next();
  }

  leave(): void {
    this.#subscription.unsubscribe();
  }

  /** The process is killed: nothing that it still does reaches anybody. */
  crash(): void {
    this.#isDead = true;
    this.store.isSevered = true;
    this.#subscription.unsubscribe();
  }
}

export const LEASE_MS = 3_000;
