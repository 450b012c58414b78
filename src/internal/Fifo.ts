/** Too few to be worth moving. */
const FEW = 32;

/** First in, first out: each item costs the same to add, to take and to look at, however many there are. */
export class Fifo<T> {
  #items: (T | undefined)[];
  /** Where the first is: what lies before has been taken. */
  #head = 0;

  constructor(items: readonly T[] = []) {
    this.#items = [...items];
  }

  get length(): number {
    return this.#items.length - this.#head;
  }

  get first(): T | undefined {
    return this.#items[this.#head];
  }

  get last(): T | undefined {
    return this.#items.at(-1);
  }

  /** @param index 0 is the first */
  at(index: number): T | undefined {
    return this.#items[this.#head + index];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.first;
    this.#items[this.#head++] = undefined;
    this.#compact();
    return item;
  }

  clear(): void {
    this.#items = [];
    this.#head = 0;
  }

  /** Moves the items when at least as many have been taken since the last time: each taken one pays for one moved. */
  #compact(): void {
    if (this.#head < FEW || this.#head < this.length) return;
    this.#items = this.#items.slice(this.#head);
    this.#head = 0;
  }
}
