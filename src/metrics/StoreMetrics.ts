import { from, Observable, type ObservableInput, tap } from 'rxjs';
import type { Diagnostic } from '../diagnostics/Diagnostic.ts';
import type { Diagnostics } from '../diagnostics/Diagnostics.ts';
import { CheckpointStoreError } from '../errors/CheckpointStoreError.ts';
import { hears, projectionOf } from './attachMetrics.ts';
import { getMetricsCollector } from './globalCollector.ts';
import type { MetricsCollector } from './MetricsCollector.ts';
import type { MetricsProjection } from './MetricsProjection.ts';
import { noopCollector } from './noopCollector.ts';
import { partsOf } from './partsOf.ts';

/** The stream of what is written to a store past any source. */
const STANDALONE = '<standalone>';
const METRICS_OF_STORES = ['consumer_checkpoint_success_total', 'consumer_checkpoint_failure_total'] as const;
/** By the event that is counted in it. */
const COUNTED_IN: Readonly<Partial<Record<Diagnostic['type'], (typeof METRICS_OF_STORES)[number]>>> = {
  checkpointed: 'consumer_checkpoint_success_total',
  checkpointFailed: 'consumer_checkpoint_failure_total',
};

const byStore = new WeakMap<object, StoreMetrics>();
/** Those of the source that is writing. */
let writer: Diagnostics | undefined;

/** What a checkpoint store reports: the durable writes of checkpoints. */
export class StoreMetrics {
  readonly #own: MetricsCollector | undefined;
  readonly #bound = new Set<string>();
  readonly #sources = new WeakSet<Diagnostics>();

  /** @param collector its own; default that of `setMetricsCollector()`, at each write */
  constructor(collector: MetricsCollector | undefined) {
    this.#own = collector;
  }

  /** That of a store, if it is one that reports. */
  static of(store: object): StoreMetrics | undefined {
    return byStore.get(store);
  }

  /** Lets a store report through this. */
  belongTo(store: object): void {
    byStore.set(store, this);
  }

  /**
   * Calls a store for a source: what that writes is the source's, also where the store is in the hands of another, which knows nothing of
   * metrics.
   *
   * @param source its diagnostics
   */
  static writing<T>(source: Diagnostics | undefined, write: () => ObservableInput<T>): Observable<T> {
    return new Observable((subscriber) => {
      const outer = writer;
      writer = source;
      try {
        return from(write()).subscribe(subscriber);
      } finally {
        writer = outer;
      }
    });
  }

  /** A source uses the store for its stream: what it writes is reported as the source's, once, whoever else gave it the same collector. */
  bind(streamName: string, diagnostics: Diagnostics): void {
    this.#bound.add(streamName);
    if (this.#sources.has(diagnostics)) return;
    this.#sources.add(diagnostics);
    for (const collector of partsOf(this.#own ?? noopCollector)) {
      diagnostics.attach((event, subscription) => {
        const metric = COUNTED_IN[event.type];
        const isHeard = metric !== undefined && hears(collector, diagnostics, metric);
        if (!isHeard) projectionFor(collector).hear(event, subscription);
      });
    }
  }

  /** Counts a write of a checkpoint, which answers with `undefined` when the lease was lost; that of a source, or of a bound stream, is its source's. */
  counting<T>(streamName: string, shardId: string, write: Observable<T>): Observable<T> {
    if (writer) this.bind(streamName, writer);
    const collectors = partsOf(this.#own ?? getMetricsCollector());
    if (collectors.length === 0 || this.#bound.has(streamName)) return write;
    const tell = (event: object) => {
      for (const collector of collectors)
        projectionFor(collector).hear({ streamName: STANDALONE, shardId, ...event } as Diagnostic, this);
    };
    const failed = () => {
      const error = new CheckpointStoreError('A checkpoint was not written.', { retryable: true, shardId });
      tell({ type: 'checkpointFailed', error });
    };
    return write.pipe(
      tap({
        next: (written) => {
          if (written === undefined) failed();
          else tell({ type: 'checkpointed', position: 'SHARD_END' });
        },
        error: failed,
      }),
    );
  }
}

const projectionFor = (collector: MetricsCollector): MetricsProjection =>
  projectionOf(collector, { include: METRICS_OF_STORES });
