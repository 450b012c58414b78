import {
  debounceTime,
  delay,
  distinctUntilChanged,
  endWith,
  filter,
  finalize,
  firstValueFrom,
  ignoreElements,
  interval,
  map,
  merge,
  type Observable,
  ReplaySubject,
  share,
  take,
  takeUntil,
  tap,
} from 'rxjs';
import type { MetricsCollector } from '../../index.ts';
import { LocalKinesis } from '../../testing/index.ts';
import { crashingReader } from './crashingReader.ts';
import type { DemoOptions } from './DemoOptions.ts';
import type { DemoResult } from './DemoResult.ts';
import type { DemoView } from './DemoView.ts';
import { disturb } from './disturb.ts';
import { Incidents } from './Incidents.ts';
import { Ledger } from './Ledger.ts';
import { planDemo } from './planDemo.ts';
import { Progress } from './Progress.ts';
import { seededRandom } from '../../internal/seededRandom.ts';
import { storedOrders } from './storedOrders.ts';
import { writeOrders } from './writeOrders.ts';

/** The result, and what else is worth knowing. */
export interface DemoReport {
  readonly result: DemoResult;
  readonly remarks: readonly string[];
}

const STREAM = 'orders';
const LATENCY_MS = 8;
const STATUS_MS = 500;
const LOOK_MS = 200;
/** When nothing has moved for so long nothing more is expected, and what is missing is lost. */
const STANDSTILL_MS = 20_000;
/** So long everything may take to stop then. */
const STOP_MS = 20_000;

/** Runs the demo. Undefined when it was interrupted; rejects when a stream fails, or does not stop. */
export async function runDemo(
  options: DemoOptions,
  view: DemoView,
  metrics: MetricsCollector,
  interrupted: Observable<unknown>,
): Promise<DemoReport | undefined> {
  const { records, shards, seed } = options;
  const { limitsWrites, perSecond } = planDemo(options);
  await using local = await LocalKinesis.start({
    streams: { [STREAM]: { shards } },
    seed,
    limits: { writes: limitsWrites },
    latencyMs: LATENCY_MS,
    statusMs: STATUS_MS,
  });
  const { clientConfig: client, fake } = local;
  // Each on its own, so that how often one is asked changes nothing for the others.
  const seeds = seededRandom(seed);
  const random = () => seededRandom(seeds() * 2 ** 32);

  const ledger = new Ledger(records);
  const progress = new Progress(ledger, records);
  const incidents = new Incidents();
  const finish = new ReplaySubject<void>(1);

  const writing = writeOrders({
    stream: STREAM,
    client,
    records,
    perSecond,
    random: random(),
    metrics,
    onDiagnostic: (diagnostic) => incidents.hearWriter(diagnostic),
  }).pipe(tap(() => progress.written++));
  const disturbing = disturb({
    local,
    stream: STREAM,
    random: random(),
    writtenShare: () => progress.written / records,
  }).pipe(tap((note) => incidents.notes.next(note)));
  const reader = crashingReader({
    stream: STREAM,
    client,
    ledger,
    progress,
    incidents,
    random: random(),
    metrics,
    crashFrom: records * 0.5,
    crashBy: records * 0.65,
    finish,
  });

  const shows = interval(LOOK_MS).subscribe(() => view.show(progress.look(reader.shards())));
  shows.add(incidents.notes.subscribe((note) => view.note(progress.seconds, note)));
  const work = merge(writing.pipe(takeUntil(finish)), disturbing.pipe(takeUntil(finish)), reader.records);
  const watch = untilSettled(ledger, progress, records).pipe(
    tap((note) => {
      incidents.notes.next(note);
      finish.next();
    }),
    delay(STOP_MS),
    map(() => {
      throw new Error(`The demo did not stop within ${STOP_MS / 1_000} s; ${progress.inFlight} records are in flight.`);
    }),
  );
  const outcome = merge(work.pipe(ignoreElements(), endWith('stopped')), watch).pipe(
    takeUntil(interrupted),
    finalize(() => shows.unsubscribe()),
  );
  if ((await firstValueFrom(outcome, { defaultValue: 'interrupted' })) === 'interrupted') return undefined;

  const { seconds, maxInFlight, peakRssBytes } = progress;
  return {
    result: { ...ledger.balance(storedOrders(fake, STREAM)), maxInFlight, peakRssBytes, seconds },
    remarks: incidents.remarks,
  };
}

/** Emits once, when everything is delivered or nothing moves any more. */
function untilSettled(ledger: Ledger, progress: Progress, records: number): Observable<string> {
  const looks = interval(LOOK_MS).pipe(share());
  const isDone = () => ledger.isComplete && progress.written === records;
  const completion = looks.pipe(
    filter(isDone),
    map(() => 'all are delivered: the reader stops, and checkpoints what is left'),
  );
  const standstill = looks.pipe(
    map(() => progress.written + ledger.delivered),
    distinctUntilChanged(),
    debounceTime(STANDSTILL_MS),
    map(() => `nothing has moved for ${STANDSTILL_MS / 1_000} s: ${records - ledger.distinct} records are missing`),
  );
  return merge(completion, standstill).pipe(take(1));
}
