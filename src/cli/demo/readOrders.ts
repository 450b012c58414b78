import { type Observable, tap, timer } from 'rxjs';
import {
  checkpoint,
  type CheckpointStore,
  type DiagnosticListener,
  fromKinesis,
  json,
  type KinesisRecord,
  type KinesisSource,
  type MetricsCollector,
  processRecords,
  tapMetrics,
} from '../../index.ts';
import type { LocalClientConfig } from '../../testing/index.ts';
import type { Order } from './Order.ts';

/** What a reader needs, and whom it tells. */
export interface ReadOrdersOptions {
  readonly stream: string;
  readonly client: LocalClientConfig;
  readonly workerId: string;
  readonly checkpoints: CheckpointStore;
  readonly until: Observable<unknown>;
  readonly random: () => number;
  readonly onDiagnostic: DiagnosticListener;
  readonly metrics: MetricsCollector;
  /** A record comes out of the source. */
  readonly arrived: (record: KinesisRecord<Order>) => void;
  /** The handler is done with it: what took two at a time out of order is seen here too. */
  readonly handled: (order: Order) => void;
  /** It has passed its checkpoint operator. */
  readonly settled: () => void;
}

const LEASE_MS = 3_000;
const LEASE_SCAN_MS = 500;
const MAX_IN_FLIGHT = 5_000;
const DRAIN_MS = 10_000;
const CHECKPOINT_MS = 500;
const CONCURRENCY = 64;
const [MIN_WORK_MS, MAX_WORK_MS] = [1, 6];

/** A reader as an application has it: many records in work at a time, those of a customer one after the other. */
export function readOrders(options: ReadOrdersOptions): { source: KinesisSource<Order>; done: Observable<unknown> } {
  const { stream, client, workerId, checkpoints, until, random, onDiagnostic, metrics } = options;
  const source = fromKinesis<Order>(stream, {
    client,
    codec: json<Order>(),
    workerId,
    checkpoints,
    until,
    random,
    onDiagnostic,
    leaseDurationMs: LEASE_MS,
    leaseScanIntervalMs: LEASE_SCAN_MS,
    maxInFlightRecords: MAX_IN_FLIGHT,
    drainTimeoutMs: DRAIN_MS,
  });
  const work = ({ data }: KinesisRecord<Order>) => {
    const ms = MIN_WORK_MS + random() * (MAX_WORK_MS - MIN_WORK_MS);
    return timer(ms).pipe(tap(() => options.handled(data)));
  };
  const done = source.pipe(
    tap(options.arrived),
    processRecords(work, { concurrency: CONCURRENCY, order: 'partitionKey' }),
    checkpoint({ intervalMs: CHECKPOINT_MS }),
    tapMetrics(metrics),
    tap(options.settled),
  );
  return { source, done };
}
