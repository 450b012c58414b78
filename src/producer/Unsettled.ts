import { Fifo } from '../internal/Fifo.ts';
import { Backlog } from './Backlog.ts';
import type { ProducerSettings } from './checkToKinesisOptions.ts';
import type { Entry } from './Entry.ts';
import { HeldRecords } from './HeldRecords.ts';
import type { PutResult } from './PutResult.ts';
import { ResultOrder } from './ResultOrder.ts';
import type { WriterReports } from './WriterReports.ts';

export interface UnsettledSink<T> {
  told(result: PutResult<T>, entry: Entry<T>): void;
  /** After {@link Unsettled.end}: there are none any more. */
  drained(): void;
}

/** The records whose results nobody has been told: as many as the bounds allow, and in the writer's hand. Each is told once, in the order of the option. */
export class Unsettled<T> {
  readonly #sink: UnsettledSink<T>;
  readonly #reports: WriterReports;
  readonly #backlog: Backlog;
  readonly #held = new HeldRecords();
  readonly #order: ResultOrder<T>;
  /** Their results are to be told, in this order. */
  readonly #due = new Fifo<Entry<T>>();
  #isTelling = false;
  #isEnding = false;
  #isCleared = false;

  constructor(streamName: string, settings: ProducerSettings<T>, reports: WriterReports, sink: UnsettledSink<T>) {
    this.#sink = sink;
    this.#reports = reports;
    this.#backlog = new Backlog(streamName, settings);
    this.#order = new ResultOrder(settings.resultOrder);
  }

  /** @throws BufferFullError when there is no room; then nothing has changed */
  add(entry: Entry<T>): void {
    this.#backlog.add(entry);
    this.#order.expect(entry);
    if (!entry.result) this.#held.hold(entry.value);
  }

  report(): void {
    this.#reports.queued(this.#backlog);
  }

  /** These have their results. Who is told may put more from within, and may clear it all: what ends meanwhile is told of after these. */
  tell(finished: readonly Entry<T>[]): void {
    const isNested = this.#isTelling;
    this.#isTelling = true;
    for (const entry of this.#order.add(finished)) {
      this.#backlog.remove(1, entry.bytes);
      this.#due.push(entry);
    }
    this.report();
    for (const { result } of finished) if (result?.error && !this.#isCleared) this.#reports.failed(result);
    if (isNested) return;
    for (let entry = this.#due.shift(); entry && !this.#isCleared; entry = this.#due.shift()) {
      this.#held.unhold(entry.value);
      if (entry.result) this.#sink.told(entry.result, entry);
    }
    this.#isTelling = false;
    this.#endWhenDrained();
  }

  /** None is added any more: tells the sink when it knows all results. */
  end(): void {
    this.#isEnding = true;
    this.#endWhenDrained();
  }

  /** Tells nothing more. */
  clear(): void {
    this.#isCleared = true;
    this.#order.clear();
    this.#due.clear();
    this.#held.unholdAll();
    if (this.#backlog.records === 0) return;
    this.#backlog.clear();
    this.report();
  }

  #endWhenDrained(): void {
    if (this.#isEnding && this.#backlog.records === 0 && !this.#isTelling) this.#sink.drained();
  }
}
