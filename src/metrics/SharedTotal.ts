/** A number that several sources have parts of. */
export class SharedTotal {
  readonly #parts = new Map<object, number>();
  #total = 0;

  has(source: object): boolean {
    return this.#parts.has(source);
  }

  /** Whether any source has a part, be it 0. */
  get isKeptUp(): boolean {
    return this.#parts.size > 0;
  }

  /** Sets a source's part, and returns the total. */
  set(source: object, part: number): number {
    this.#total += part - (this.#parts.get(source) ?? 0);
    this.#parts.set(source, part);
    return this.#total;
  }

  /** A source has no part any more; returns the total. */
  leave(source: object): number {
    const total = this.set(source, 0);
    this.#parts.delete(source);
    return total;
  }
}
