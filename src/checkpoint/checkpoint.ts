import { catchError, isObservable, type MonoTypeOperatorFunction, merge } from 'rxjs';
import { isOrigin } from '../diagnostics/ambient.ts';
import { operateMeeting } from '../diagnostics/operateMeeting.ts';
import { untilStopped } from '../diagnostics/untilStopped.ts';
import { checkNames } from '../internal/checkNames.ts';
import { checkNumber, describe } from '../internal/checkNumber.ts';
import { coalesceMap } from '../internal/coalesceMap.ts';
import { DEFAULT_RHYTHM, type RecordOrigin } from '../record/Delivery.ts';
import { KinesisRecord } from '../record/KinesisRecord.ts';
import type { CheckpointOptions } from './CheckpointOptions.ts';
import { ifIncurable } from './ifIncurable.ts';
import { ManualCheckpoints } from './ManualCheckpoints.ts';

/**
 * Settles each record that arrives, passes it on, and sets when the source it came from writes checkpoints.
 *
 * A checkpoint is the position up to which everything delivered from a shard is settled, so records may arrive in any order, and one that is
 * still on its way is never passed over. What arrives is a {@link KinesisRecord} or a result of `toKinesis` for one; a failed
 * result is passed on unsettled.
 *
 * ```text
 * source      -a-b-c------      a, b, c of one shard
 * processed   ---b---a-c--
 * checkpoint  -------2-3--      nothing may be said while a is on its way, then a and b, then c
 * ```
 *
 * Writes that fail are reported as `checkpointFailed` diagnostics and repeated with the next; delivery is at least once all the same.
 * Errors with {@link CheckpointStoreError} when the store says that repeating cannot help, and with `TypeError` when a value is no record
 * or its source has no store.
 *
 * @example
 * ```ts
 * fromKinesis('orders', { checkpoints: memoryCheckpoints() })
 *   .pipe(checkpoint({ intervalMs: 1_000 }))
 *   .subscribe();
 * ```
 *
 * @throws TypeError or RangeError for a wrong option, naming it, its range and what was given
 */
export function checkpoint<
  T extends KinesisRecord<unknown> | { readonly value: KinesisRecord<unknown>; readonly error: unknown },
>(options: CheckpointOptions = {}): MonoTypeOperatorFunction<T> {
  const { when, ordered = false } = check(options);
  const rhythm = when
    ? undefined
    : {
        intervalMs: checkNumber('intervalMs', options.intervalMs ?? DEFAULT_RHYTHM.intervalMs, {
          min: 10,
          max: 3_600_000,
        }),
        maxRecords: checkNumber('maxRecords', options.maxRecords ?? DEFAULT_RHYTHM.maxRecords, {
          min: 1,
          max: 10_000_000,
        }),
      };

  return operateMeeting((destination) => {
    const met = new WeakSet<RecordOrigin>();
    /** Those that may still write. */
    const live = new Set<RecordOrigin>();
    let latest: RecordOrigin | undefined;

    const serve = (origin: RecordOrigin) => {
      met.add(origin);
      live.add(origin);
      const unpace = origin.paceCheckpoints(rhythm, ordered);
      const leave = when instanceof ManualCheckpoints ? when.serve(origin) : undefined;
      untilStopped(origin, destination, () => {
        live.delete(origin);
        unpace();
        leave?.();
      });
    };

    if (isObservable(when)) {
      const flushes = when.pipe(
        coalesceMap(() => merge(...[...live].map((origin) => origin.flush().pipe(catchError(ifIncurable))))),
      );
      destination.add(flushes.subscribe({ error: (error: unknown) => destination.error(error) }));
    }

    return {
      // A source that is subscribed to through the operator is served from its start; one behind share(), say, from its first record.
      meet: (party) => {
        if (isOrigin(party) && party.keepsProgress) serve(party);
      },
      next: (value) => {
        const record = recordOf(value);
        if (record) {
          const { origin } = record;
          if (origin !== latest) {
            latest = origin;
            if (!origin.keepsProgress) throw noStore(origin.streamName);
            if (!met.has(origin)) serve(origin);
          }
          if (ordered) record.settleThrough();
          else record.settle();
        }
        destination.next(value);
      },
    };
  });
}

const NAMES: Readonly<Record<keyof CheckpointOptions, true>> = {
  intervalMs: true,
  maxRecords: true,
  when: true,
  ordered: true,
};

function check(options: CheckpointOptions): CheckpointOptions {
  checkNames(options, NAMES, 'checkpoint');
  const { when, ordered } = options;
  if (when !== undefined && !isObservable(when) && !((when as unknown) instanceof ManualCheckpoints)) {
    throw new TypeError(`when must be an Observable or a ManualCheckpoints; got ${describe(when)}`);
  }
  if (when !== undefined && (options.intervalMs !== undefined || options.maxRecords !== undefined)) {
    throw new TypeError(
      'when says when checkpoints are written: leave intervalMs and maxRecords out, or leave out when',
    );
  }
  if (ordered !== undefined && typeof (ordered as unknown) !== 'boolean') {
    throw new TypeError(`ordered must be true or false; got ${describe(ordered)}`);
  }
  return options;
}

const noStore = (streamName: string) =>
  new TypeError(
    `checkpoint() has nowhere to write: fromKinesis(${describe(streamName)}) was given no store. ` +
      'Give it one as its option checkpoints, or leave checkpoint() out.',
  );

/** The record that a value is, or is the good result for; undefined for a failed result. */
function recordOf(value: unknown): KinesisRecord<unknown> | undefined {
  if (value instanceof KinesisRecord) return value;
  const result = value as { readonly value?: unknown; readonly error?: unknown } | null | undefined;
  if (typeof result === 'object' && result?.value instanceof KinesisRecord) {
    return result.error === undefined ? result.value : undefined;
  }
  throw new TypeError(
    `checkpoint() takes records of fromKinesis, or results of toKinesis for them; got ${describe(value)}. ` +
      'Keep the record through the pipe: use mapData rather than map.',
  );
}
