/** A record as the stream holds it. */
export interface StoredOrder {
  readonly id: number;
  readonly customer: string;
}

/** What the books say. */
export interface Balance {
  readonly written: number;
  readonly delivered: number;
  readonly distinct: number;
  readonly redelivered: number;
  readonly lost: number;
  readonly outOfOrder: number;
}

/**
 * Keeps the books: which orders were handled, in which order, and by which reader.
 *
 * It knows nothing of checkpoints, leases or shards. What it holds deliveries against is the stream's own content.
 */
export class Ledger {
  readonly #orders: number;
  readonly #deliveries: number[][] = [];
  readonly #seen: Uint8Array;
  #distinct = 0;
  #delivered = 0;

  /** @param orders how many orders there are to be, with ids from 0 */
  constructor(orders: number) {
    this.#orders = orders;
    this.#seen = new Uint8Array(orders);
  }

  get delivered(): number {
    return this.#delivered;
  }

  get distinct(): number {
    return this.#distinct;
  }

  get isComplete(): boolean {
    return this.#distinct === this.#orders;
  }

  /** What is delivered from now on is delivered by another reader. */
  startReader(): void {
    this.#deliveries.push([]);
  }

  deliver(id: number): void {
    if (!(id < this.#orders)) throw new RangeError(`id must be below ${this.#orders}; got ${id}`);
    this.#deliveries.at(-1)?.push(id);
    this.#delivered++;
    if (this.#seen[id] === 0) this.#distinct++;
    this.#seen[id] = 1;
  }

  /**
   * Compares with the stream's content, in an order in which those of each customer stand as in the stream.
   *
   * Out of order is a delivery, the first of its order in all or by its reader, after that of an order which stands behind it
   * in the stream. So a reader may repeat what another had, but may neither skip nor swap anything.
   */
  balance(stream: Iterable<StoredOrder>): Balance {
    const places = new Places(this.#orders);
    for (const order of stream) places.add(order);
    const overall = new OrderCheck(places);
    let outOfOrder = 0;
    for (const deliveries of this.#deliveries) {
      const ofReader = new OrderCheck(places);
      for (const id of deliveries) {
        const verdicts = [overall.isInOrder(id), ofReader.isInOrder(id)];
        if (verdicts.includes(false)) outOfOrder++;
      }
    }
    return {
      written: places.written,
      delivered: this.#delivered,
      distinct: this.#distinct,
      redelivered: this.#delivered - this.#distinct,
      lost: this.#orders - this.#distinct,
      outOfOrder,
    };
  }
}

/** Where each order stands among those of its customer. */
class Places {
  /** From 1; 0 where the order is not in the stream, and `TWICE` where a retry wrote it again, so that it has no one place. */
  readonly #places: Uint32Array;
  readonly #customers: Uint32Array;
  readonly #known = new Map<string, { readonly index: number; count: number }>();
  written = 0;

  constructor(orders: number) {
    this.#places = new Uint32Array(orders);
    this.#customers = new Uint32Array(orders);
  }

  get orders(): number {
    return this.#places.length;
  }

  add({ id, customer }: StoredOrder): void {
    const known = this.#known.get(customer) ?? { index: this.#known.size, count: 0 };
    this.#known.set(customer, known);
    known.count++;
    if (this.#places[id] === 0) this.written++;
    this.#places[id] = this.#places[id] === 0 ? known.count : TWICE;
    this.#customers[id] = known.index;
  }

  /** Undefined where the order has no one place in the stream. */
  of(id: number): { readonly place: number; readonly customer: number } | undefined {
    const place = this.#places[id] ?? 0;
    if (place === 0 || place === TWICE) return undefined;
    return { place, customer: this.#customers[id] ?? 0 };
  }
}

/** Whether first deliveries come in the order of the places. */
class OrderCheck {
  readonly #places: Places;
  readonly #seen: Uint8Array;
  readonly #farthest: number[] = [];

  constructor(places: Places) {
    this.#places = places;
    this.#seen = new Uint8Array(places.orders);
  }

  isInOrder(id: number): boolean {
    const where = this.#places.of(id);
    if (!where || this.#seen[id] === 1) return true;
    this.#seen[id] = 1;
    const farthest = this.#farthest[where.customer] ?? 0;
    this.#farthest[where.customer] = Math.max(farthest, where.place);
    return where.place > farthest;
  }
}

const TWICE = 2 ** 32 - 1;
