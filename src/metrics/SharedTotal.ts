/** A number that several sources have parts of. */
export class SharedTotal {
  readonly #parts = new Map<object, number>();
  #total = 0;

  has(source: object): boolean {
    return this.#parts.has(source);
  }

  /** Sets a source's part, and returns the total. */
  set(source: object, part: number): number {
    this.#total += part - (this.#parts.get(source) ?? 0);
    if (part === 0) this.#parts.delete(source);
    else this.#parts.set(source, part);
    return this.#total;
  }
}
