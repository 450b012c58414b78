const SMALLEST = 64 * 1024;
const MAX_KEPT = 8;

/**
 * Memory for the bodies of requests and answers, used again and again: fresh memory for each would cost more than reading it. Of more than a few
 * pieces the largest are kept.
 *
 * A request's is given back when its records have been stored, which copies them; an answer's when it was sent.
 */
export class BodyBuffers {
  readonly #free: Buffer[] = [];

  /** At least `size` bytes, whatever is in them. */
  take(size: number): Buffer {
    const fitting = this.#free.findIndex((buffer) => buffer.length >= size);
    const [found] = fitting === -1 ? [] : this.#free.splice(fitting, 1);
    return found ?? Buffer.allocUnsafeSlow(Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(size + 1))));
  }

  giveBack(buffer: Buffer): void {
    this.#free.push(buffer);
    if (this.#free.length > MAX_KEPT) this.#free.sort((a, b) => b.length - a.length).pop();
  }
}
