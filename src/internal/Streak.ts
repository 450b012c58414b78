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
    if (this.#times === 0 || value < this.#least || value > this.#greatest) {
      this.flush();
      this.#least = value * (1 - TOLERANCE);
      this.#greatest = value * (1 + TOLERANCE);
    }
    this.#latest = value;
    this.again();
  }

  /** Adds the value that was added last once more. */
  again(): void {
    this.#sum += this.#latest;
    this.#times += 1;
  }

  /** Puts another value in the place of the one that was added last, and was not reported. */
  amend(value: number): void {
    if (this.#times === 0) return;
    this.#sum -= this.#latest;
    this.#times -= 1;
    this.add(value);
  }

  /** Reports what has not been. */
  flush(): void {
    const [sum, times] = [this.#sum, this.#times];
    this.#times = 0;
    this.#sum = 0;
    if (times > 0) this.#report(sum / times, times);
  }
}
