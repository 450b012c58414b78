import {
  BehaviorSubject,
  filter,
  fromEvent,
  ignoreElements,
  map,
  NEVER,
  Observable,
  type Subscriber,
  switchMap,
  take,
  takeWhile,
  type TeardownLogic,
} from 'rxjs';
import { clientOf } from '../aws/clientOf.ts';
import { streamTarget } from '../aws/streamTarget.ts';
import { Diagnostics } from '../diagnostics/Diagnostics.ts';
import { reportTo } from '../metrics/attachMetrics.ts';
import { getMetricsCollector } from '../metrics/globalCollector.ts';
import { StoreMetrics } from '../metrics/StoreMetrics.ts';
import type { KinesisRecord } from '../record/KinesisRecord.ts';
import { decodeRecords } from '../record/decodeRecords.ts';
import { checkFromKinesisOptions } from './checkFromKinesisOptions.ts';
import type { FromKinesisOptions } from './FromKinesisOptions.ts';
import type { WorkerStatus } from './ShardStatus.ts';
import { Worker } from './Worker.ts';

/** What `fromKinesis` returns: an Observable of records, and a look at the workers that its subscriptions are. */
export class KinesisSource<T = Uint8Array> extends Observable<KinesisRecord<T>> {
  readonly streamName: string;
  readonly #workers = new BehaviorSubject<readonly Worker[]>([]);
  /** How many workers have not stopped; undefined before the first. */
  readonly #unstopped = new BehaviorSubject<number | undefined>(undefined);

  /** @internal */
  constructor(stream: string, options: FromKinesisOptions<T>) {
    const makeSettings = checkFromKinesisOptions(stream, options);
    const target = streamTarget(stream);
    const { codec, poison = 'fail' } = options;
    const records = new Observable<KinesisRecord>((subscriber) => {
      const { client, destroy } = clientOf(options.client, target.region);
      const diagnostics = new Diagnostics(options.onDiagnostic);
      reportTo(diagnostics, options.metrics ?? getMetricsCollector());
      if (options.checkpoints) StoreMetrics.of(options.checkpoints)?.bind(target.streamName, diagnostics);
      const worker = new Worker(makeSettings(client), diagnostics, subscriber, this);
      return this.#run(worker, subscriber, untilOf(options.until), destroy);
    });
    const decoded = codec ? records.pipe(decodeRecords(codec, poison)) : (records as Observable<unknown>);
    super((subscriber) => (decoded as Observable<KinesisRecord<T>>).subscribe(subscriber));
    this.streamName = target.streamName;
  }

  /**
   * Emits the ids of the shards that the newest subscription owns, once each of them has its iterator, and completes: what is written
   * to them from then on will be read, from `LATEST` too. Waits for a subscription if there is none.
   */
  get ready(): Observable<readonly string[]> {
    return this.#workers.pipe(
      map((workers) => workers.at(-1)),
      filter((worker) => worker !== undefined),
      switchMap((worker) => worker.ready),
      take(1),
    );
  }

  /**
   * Completes once a subscription was there and none is left, all of which have written their last checkpoints and released their leases, or given
   * up on it: then the clients of stores may be closed, and the process may end.
   *
   * After `complete` that is at once. An error and an unsubscribe come first, and checkpoints and releases behind them, in the background.
   */
  get stopped(): Observable<never> {
    return this.#unstopped.pipe(
      takeWhile((count) => count !== 0),
      ignoreElements(),
    );
  }

  /** What each live subscription knows of the shards at this moment, oldest subscription first. */
  status(): readonly WorkerStatus[] {
    return this.#workers.value.map(({ status }) => status);
  }

  #run(
    worker: Worker,
    subscriber: Subscriber<KinesisRecord>,
    until: Observable<unknown>,
    destroy: () => void,
  ): TeardownLogic {
    this.#workers.next([...this.#workers.value, worker]);
    this.#unstopped.next((this.#unstopped.value ?? 0) + 1);
    subscriber.add(() => {
      this.#workers.next(this.#workers.value.filter((each) => each !== worker));
      worker.abort(() => {
        destroy();
        this.#unstopped.next((this.#unstopped.value ?? 0) - 1);
      });
    });
    subscriber.add(
      until
        .pipe(
          take(1),
          switchMap(() => worker.drain()),
        )
        .subscribe({
          error: (error: unknown) => {
            worker.fail(error);
          },
        }),
    );
    if (!subscriber.closed) worker.start();
  }
}

function untilOf(until: FromKinesisOptions<unknown>['until']): Observable<unknown> {
  if (until === undefined) return NEVER;
  if (!(until instanceof AbortSignal)) return until;
  return new Observable((subscriber) => {
    if (until.aborted) subscriber.next(undefined);
    return fromEvent(until, 'abort').subscribe(subscriber);
  });
}
