import { type Observable, tap } from 'rxjs';
import type { Diagnostics } from '../diagnostics/Diagnostics.ts';
import { hears } from './attachMetrics.ts';
import { CollectorView } from './CollectorView.ts';
import type { MetricsCollector } from './MetricsCollector.ts';
import { MetricsProjection } from './MetricsProjection.ts';

/** The stream of what is written to a store past any source. */
const STANDALONE = '<standalone>';
const SUCCESS = 'consumer_checkpoint_success_total';
const FAILURE = 'consumer_checkpoint_failure_total';

/** What a checkpoint store reports, which was given a collector: the durable writes of checkpoints. */
export class StoreMetrics {
  readonly #collector: MetricsCollector;
  readonly #view: CollectorView;
  readonly #projection: MetricsProjection;
  readonly #bound = new Set<string>();
  readonly #labels = new Map<string, Readonly<Record<string, string>>>();

  constructor(collector: MetricsCollector) {
    this.#collector = collector;
    this.#view = new CollectorView(collector, {});
    this.#projection = new MetricsProjection(collector, { include: [SUCCESS, FAILURE] });
  }

  /** A source uses the store for its stream: what it writes is reported as the source's, once, whoever else gave it the same collector. */
  bind(streamName: string, diagnostics: Diagnostics): void {
    this.#bound.add(streamName);
    diagnostics.attach((event, subscription) => {
      if (!hears(this.#collector, diagnostics)) this.#projection.hear(event, subscription);
    });
  }

  /** Counts a write of a checkpoint, which answers with `undefined` when the lease was lost; that of a bound stream is its source's. */
  counting<T>(streamName: string, shardId: string, write: Observable<T>): Observable<T> {
    if (this.#bound.has(streamName)) return write;
    const labels = this.#labelsOf(shardId);
    return write.pipe(
      tap({
        next: (written) => {
          this.#view.increment(written === undefined ? FAILURE : SUCCESS, labels, 1);
        },
        error: () => {
          this.#view.increment(FAILURE, labels, 1);
        },
      }),
    );
  }

  #labelsOf(shardId: string): Readonly<Record<string, string>> {
    let labels = this.#labels.get(shardId);
    if (!labels) {
      this.#labels.set(shardId, (labels = this.#view.label({ stream_name: STANDALONE, shard_id: shardId })));
    }
    return labels;
  }
}
