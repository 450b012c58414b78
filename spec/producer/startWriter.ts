import { Subject } from 'rxjs';
import { text } from '../../src/codec/text.ts';
import type { Diagnostic } from '../../src/diagnostics/Diagnostic.ts';
import type { PutResult } from '../../src/producer/PutResult.ts';
import { toKinesis } from '../../src/producer/toKinesis.ts';
import type { ToKinesisOptions } from '../../src/producer/ToKinesisOptions.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import type { FakeKinesisOptions } from '../../src/testing/FakeKinesisOptions.ts';
import { VirtualClock } from '../support/VirtualClock.ts';

interface Service extends FakeKinesisOptions {
  readonly shards?: number;
}

/** Starts a writer of texts, each of which is its own key, to a stream of the fake; collects everything that it tells. */
export function startWriter(options: ToKinesisOptions<string> = {}, { shards = 1, ...service }: Service = {}) {
  const clock = new VirtualClock(0);
  const fake = new FakeKinesis({ scheduler: clock, streams: { orders: { shards } }, ...service });
  const source = new Subject<string>();
  const events: Diagnostic[] = [];
  const results: PutResult<string>[] = [];
  /** Of each result: when it came, in milliseconds from the start. */
  const resultsMs: number[] = [];
  const seen = { isComplete: false, error: undefined as unknown };
  source
    .pipe(
      toKinesis('orders', {
        client: fake,
        scheduler: clock,
        codec: text(),
        partitionKey: (value) => value.slice(0, 256),
        onDiagnostic: (event) => events.push(event),
        ...options,
      }),
    )
    .subscribe({
      next: (result) => {
        results.push(result);
        resultsMs.push(clock.now());
      },
      error: (error: unknown) => (seen.error = error),
      complete: () => (seen.isComplete = true),
    });
  const put = (...values: readonly string[]) => values.forEach((value) => source.next(value));
  /** Each result as text: `what written at ms`, or `what failed at ms`. */
  const ends = () =>
    results.map(({ value, error }, at) => `${value} ${error ? 'failed' : 'written'} at ${resultsMs[at]}`);
  return { clock, fake, source, events, results, resultsMs, seen, put, ends };
}

/** So many different texts, from one of them on. */
export const valuesFrom = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `value-${first + n}`);
