/** How far values may be from the first of their streak, relative to it. */
const TOLERANCE = 0.005;

/**
 * Values that come in a row and hardly differ, as those of the records of one answer: they are reported as one, by their mean and how many they
 * are. Counts and sums stay exact, and each value right within 1 %.
 */
export class Streak {
  readonly #report: (mean: number, times: number) => void;
  #least = 0;
  #greatest = 0;
  #sum = 0;
  #times = 0;
  #latest = 0;

  constructor(report: (mean: number, times: number) => void) {
    this.#report = report;
  }

  add(value: number): void {
    if (!this.#holds(value)) this.#begin(value);
    this.#latest = value;
    this.again();
  }

  /** Adds values by their sum, if they hardly differ; answers whether that is so. None of them is the latest. */
  addAlike(least: number, greatest: number, sum: number, times: number): boolean {
    if (greatest > least * (1 + TOLERANCE)) return false;
    if (!this.#holds(least) || !this.#holds(greatest)) this.#begin(least);
    this.#sum += sum;
    this.#times += times;
    return true;
  }

  /** Adds the value that was added last again. */
  again(times = 1): void {
    this.#sum += this.#latest * times;
    this.#times += times;
  }

  /** Puts another value in the place of the one that was added last, and was not reported. */
  amend(value: number): void {
    if (this.#times === 0) return;
    this.#sum -= this.#latest;
    this.#times -= 1;
    this.add(value);
  }

  #holds(value: number): boolean {
    return this.#times > 0 && value >= this.#least && value <= this.#greatest;
  }

  #begin(value: number): void {
    this.flush();
    this.#least = value * (1 - TOLERANCE);
    this.#greatest = value * (1 + TOLERANCE);
  }

  /** Reports what has not been. */
  flush(): void {
    const [sum, times] = [this.#sum, this.#times];
    this.#times = 0;
    this.#sum = 0;
    if (times > 0) this.#report(sum / times, times);
  }
}
