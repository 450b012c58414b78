import { type Observable, startWith, Subject, switchMap, takeUntil } from 'rxjs';
import { type KinesisSource, memoryCheckpoints, type MetricsCollector, type ShardStatus } from '../../index.ts';
import type { LocalClientConfig } from '../../testing/index.ts';
import type { Incidents } from './Incidents.ts';
import type { Ledger } from './Ledger.ts';
import type { Order } from './Order.ts';
import type { Progress } from './Progress.ts';
import { readOrders } from './readOrders.ts';
import { severable } from './severable.ts';

/** What readers need, and who keeps count of them. */
export interface CrashingReaderOptions {
  readonly stream: string;
  readonly client: LocalClientConfig;
  readonly ledger: Ledger;
  readonly progress: Progress;
  readonly incidents: Incidents;
  readonly random: () => number;
  readonly metrics: MetricsCollector;
  /** The first reader crashes after so many distinct records, right after a checkpoint that was written with records in work. */
  readonly crashFrom: number;
  /** By then it crashes in any case. */
  readonly crashBy: number;
  readonly finish: Observable<unknown>;
}

/**
 * A reader that is cut off in the middle of a record, and another that goes on.
 *
 * The first gets no chance to say goodbye: before it is unsubscribed its wire to the store is cut, so nothing releases its leases or writes
 * what it had settled. The other has to wait until they run out.
 */
export function crashingReader(options: CrashingReaderOptions): {
  readonly records: Observable<unknown>;
  readonly shards: () => readonly ShardStatus[];
} {
  const { ledger, progress, incidents, crashFrom, crashBy, finish, stream, client, random, metrics } = options;
  const store = memoryCheckpoints();
  const crash = new Subject<void>();
  let isRipe = false;
  let source: KinesisSource<Order> | undefined;

  const read = (index: number): Observable<unknown> => {
    const wire = severable(store);
    ledger.startReader();
    progress.startReader();
    const reader = readOrders({
      stream,
      client,
      random,
      metrics,
      checkpoints: wire.store,
      until: finish,
      workerId: `reader-${index + 1}`,
      onDiagnostic(diagnostic) {
        incidents.hearReader(diagnostic, index + 1);
        // The worst moment: what such a checkpoint says too much is lost.
        if (diagnostic.type === 'checkpointed') isRipe = ledger.distinct >= crashFrom && progress.inFlight > 0;
      },
      arrived: ({ shardId }) => progress.arrive(shardId),
      handled({ id }) {
        ledger.deliver(id);
        if (index > 0 || !(isRipe || ledger.distinct >= crashBy)) return;
        incidents.crash();
        wire.sever();
        crash.next();
      },
      settled: () => progress.leave(),
    });
    source = reader.source;
    return reader.done;
  };

  const readers = crash.pipe(startWith(undefined), takeUntil(finish));
  return {
    records: readers.pipe(switchMap((_, index) => read(index))),
    shards: () => source?.status().at(-1)?.shards ?? [],
  };
}
