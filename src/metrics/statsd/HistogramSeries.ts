import { Reservoir } from './Reservoir.ts';
import type { StatsdLine } from './StatsdLine.ts';
import { type StatsdName, StatsdSeries } from './StatsdSeries.ts';

export interface HistogramEncoding {
  readonly type: 'h' | 'd' | 'ms';
  /** How many observations are sent at each flush, at most. */
  readonly maxSamples: number;
  /** What observations are multiplied with: 1,000 for seconds that go as milliseconds, else 1. */
  readonly scale: number;
}

/** A sample of the observations since the last flush. */
export class HistogramSeries extends StatsdSeries {
  readonly #encoding: HistogramEncoding;
  readonly #reservoir: Reservoir;

  constructor(named: StatsdName, encoding: HistogramEncoding) {
    super(named);
    this.#encoding = encoding;
    this.#reservoir = new Reservoir(encoding.maxSamples);
  }

  override record(value: number, times: number): void {
    this.#reservoir.add(value, times);
  }

  override take(): StatsdLine[] {
    const { type, scale } = this.#encoding;
    const { values, rate } = this.#reservoir.take();
    return values.map((value) => ({ named: this.named, value: scaled(value, scale), type, rate }));
  }
}

/** Without the last digits, which multiplying makes up. */
const scaled = (value: number, scale: number): number =>
  scale === 1 ? value : Number((value * scale).toPrecision(12));
