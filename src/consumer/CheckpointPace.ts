import {
  defer,
  distinctUntilChanged,
  EMPTY,
  interval,
  map,
  merge,
  type Observable,
  type SchedulerLike,
  startWith,
  Subject,
  switchMap,
} from 'rxjs';
import type { CheckpointRhythm } from '../record/Delivery.ts';

/** When checkpoints are written, if at all by themselves, and how records are settled. */
interface Pace {
  readonly rhythm: CheckpointRhythm | undefined;
  readonly settlesInOrder: boolean;
}

/** When a worker writes checkpoints: as the operator wants it that came last of those that are there. */
export class CheckpointPace {
  readonly #scheduler: SchedulerLike;
  readonly #own: Pace;
  /** What operators want, the newest last. */
  readonly #wanted: Pace[] = [];
  readonly #changes = new Subject<void>();
  readonly #full = new Subject<void>();
  #settled = 0;

  /** @param rhythm where no operator says anything */
  constructor(rhythm: CheckpointRhythm, scheduler: SchedulerLike) {
    this.#own = { rhythm, settlesInOrder: false };
    this.#scheduler = scheduler;
  }

  /** The next record settles the last. */
  get settlesInOrder(): boolean {
    return this.#now.settlesInOrder;
  }

  /** Emits whenever checkpoints are due. */
  get due(): Observable<unknown> {
    const ticks = defer(() =>
      this.#changes.pipe(
        startWith(undefined),
        map(() => this.#now.rhythm?.intervalMs),
        distinctUntilChanged(),
        switchMap((intervalMs) => (intervalMs === undefined ? EMPTY : interval(intervalMs, this.#scheduler))),
      ),
    );
    return merge(ticks, this.#full);
  }

  /** Holds until the returned function is called. */
  want(rhythm: CheckpointRhythm | undefined, settlesInOrder: boolean): () => void {
    const pace = { rhythm, settlesInOrder };
    this.#wanted.push(pace);
    this.#changes.next();
    return () => {
      const at = this.#wanted.indexOf(pace);
      if (at === -1) return;
      this.#wanted.splice(at, 1);
      this.#changes.next();
    };
  }

  /** Records without a gap were settled. */
  countSettled(records: number): void {
    this.#settled += records;
    const { rhythm } = this.#now;
    if (rhythm && this.#settled >= rhythm.maxRecords) this.#full.next();
  }

  /** Checkpoints are being written: what is settled from now on counts for the next. */
  begin(): void {
    this.#settled = 0;
  }

  get #now(): Pace {
    return this.#wanted.at(-1) ?? this.#own;
  }
}
