import { defer, type Observable, tap } from 'rxjs';
import { type DiagnosticListener, json, type MetricsCollector, tapMetrics, toKinesis } from '../../index.ts';
import type { LocalClientConfig } from '../../testing/index.ts';
import type { Order } from './Order.ts';
import { orderMaker } from './orderMaker.ts';
import { pace } from './pace.ts';

/** What is written, how fast, and whom it tells. */
export interface WriteOrdersOptions {
  readonly stream: string;
  readonly client: LocalClientConfig;
  readonly records: number;
  readonly perSecond: number;
  readonly random: () => number;
  readonly onDiagnostic: DiagnosticListener;
  readonly metrics: MetricsCollector;
}

const LINGER_MS = 50;
const MAX_UNANSWERED = 20_000;

/** Writes orders, emitting one value for each that the stream has taken. */
export function writeOrders(options: WriteOrdersOptions): Observable<unknown> {
  const { stream, client, records: total, perSecond, random, onDiagnostic, metrics } = options;
  return defer(() => {
    let unanswered = 0;
    return pace(orderMaker(random), { total, perSecond, room: () => MAX_UNANSWERED - unanswered }).pipe(
      tap(() => unanswered++),
      toKinesis<Order>(stream, {
        client,
        codec: json<Order>(),
        partitionKey: ({ customer }) => customer,
        lingerMs: LINGER_MS,
        onDiagnostic,
      }),
      tapMetrics(metrics),
      tap(() => unanswered--),
    );
  });
}
