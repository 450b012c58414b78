import { QuantileSketch } from './QuantileSketch.ts';

/** What was observed in one series of a histogram, as plain data. */
export interface HistogramFigures {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  /** In the order in which they came. Only with `keepValues`. */
  readonly values?: readonly number[];
}

/** What was observed in one series of a histogram, in bounded memory: count, sum, least and greatest exactly, quantiles within 1 %. */
export class HistogramSummary {
  readonly #sketch = new QuantileSketch();
  readonly #values: number[] | undefined;
  #count = 0;
  #sum = 0;
  #min = Infinity;
  #max = -Infinity;

  /** @internal */
  constructor(keepsValues: boolean) {
    this.#values = keepsValues ? [] : undefined;
  }

  get count(): number {
    return this.#count;
  }

  get sum(): number {
    return this.#sum;
  }

  get min(): number {
    return this.#min;
  }

  get max(): number {
    return this.#max;
  }

  /** All values, in the order in which they came; undefined without `keepValues`. */
  get values(): readonly number[] | undefined {
    return this.#values;
  }

  /**
   * The least value that at least the fraction `q`, from 0 to 1, of the values does not exceed (nearest rank), within 1 % of it; what is nearer to 0 than 1e-9 counts as 0, and what
   * is above 1e12 as that.
   *
   * @throws RangeError for another fraction
   */
  quantile(q: number): number {
    if (!(q >= 0 && q <= 1)) throw new RangeError(`q must be a number from 0 to 1; got ${String(q)}`);
    if (q === 0) return this.#min;
    if (q === 1) return this.#max;
    return Math.min(this.#max, Math.max(this.#min, this.#sketch.quantile(q)));
  }

  /** All of it as plain data, which later observations do not change. */
  get figures(): HistogramFigures {
    const [p50, p90, p99] = [0.5, 0.9, 0.99].map((q) => this.quantile(q)) as [number, number, number];
    const figures = { count: this.#count, sum: this.#sum, min: this.#min, max: this.#max, p50, p90, p99 };
    return Object.freeze(this.#values ? { ...figures, values: Object.freeze([...this.#values]) } : figures);
  }

  /** @internal */
  observe(value: number, times: number): void {
    this.#count += times;
    this.#sum += value * times;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    this.#sketch.add(value, times);
    if (this.#values) for (let time = 0; time < times; time += 1) this.#values.push(value);
  }
}
