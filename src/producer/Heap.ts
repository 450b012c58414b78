/** Gives its least item first. Adding one and taking one costs the logarithm of how many there are. */
export class Heap<T extends object> {
  readonly #rankOf: (item: T) => number;
  /** No item is greater than the two at twice its index, plus 1 and plus 2. */
  #items: T[] = [];

  constructor(rankOf: (item: T) => number) {
    this.#rankOf = rankOf;
  }

  get least(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const rank = this.#rankOf(item);
    let at = this.#items.push(item) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = this.#items[above];
      if (!parent || this.#rankOf(parent) <= rank) break;
      this.#items[at] = parent;
      at = above;
    }
    this.#items[at] = item;
  }

  shift(): T | undefined {
    const least = this.least;
    const last = this.#items.pop();
    if (last && this.#items.length > 0) this.#sink(last);
    return least;
  }

  /** Finds the place of the least item again, after its rank has grown. */
  moveLeast(): void {
    if (this.least) this.#sink(this.least);
  }

  clear(): void {
    this.#items = [];
  }

  /** Puts an item in place of the least, and lets it sink below all that are less. */
  #sink(item: T): void {
    const rank = this.#rankOf(item);
    let at = 0;
    for (;;) {
      const below = this.#lesserBelow(at);
      const child = this.#items[below];
      if (!child || this.#rankOf(child) >= rank) break;
      this.#items[at] = child;
      at = below;
    }
    this.#items[at] = item;
  }

  #lesserBelow(at: number): number {
    const left = 2 * at + 1;
    const [one, other] = [this.#items[left], this.#items[left + 1]];
    return one && other && this.#rankOf(other) < this.#rankOf(one) ? left + 1 : left;
  }
}
