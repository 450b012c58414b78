import { expect } from 'chai';
import { PutFailedError } from '../../src/errors/PutFailedError.ts';
import { Entry } from '../../src/producer/Entry.ts';
import { KeyOrder } from '../../src/producer/KeyOrder.ts';
import { PutFailure, PutSuccess } from '../../src/producer/PutResult.ts';

interface Holder {
  readonly entries: Entry<string>[];
}

/** A writer reduced to lanes, requests and waits, around a `KeyOrder` whose every answer it compares with what the law says. */
export class KeyOrderModel {
  readonly #maps: Map<unknown, unknown>[] = [];
  readonly #order: KeyOrder<string>;
  readonly #calledBytes: number;
  readonly #all: Entry<string>[] = [];
  /** Each lane: what came back, the oldest first, before what is fresh. */
  readonly #lanes = [0, 1, 2].map(() => ({ returned: [] as Entry<string>[], fresh: [] as Entry<string>[] }));
  readonly #laneOf = new Map<Entry<string>, number>();
  #requests: Holder[][] = [];
  #waits: Entry<string>[][] = [];
  /** Of each key, its records in the order in which they were put. */
  readonly #places = new Map<string, Entry<string>[]>();
  readonly #holders = new Map<Entry<string>, Holder>();
  /** Those that are in a lane. */
  readonly #inLane = new Set<Entry<string>>();

  constructor(calledBytes: number) {
    this.#calledBytes = calledBytes;
    const original = globalThis.Map;
    const maps = this.#maps;
    globalThis.Map = class<K, V> extends original<K, V> {
      constructor() {
        super();
        maps.push(this);
      }
    };
    try {
      this.#order = new KeyOrder();
    } finally {
      globalThis.Map = original;
    }
  }

  /** How many keys it remembers. */
  get keysKept(): number {
    return this.#maps.reduce((sum, { size }) => sum + size, 0);
  }

  put(key: string, lane: number, bytes: number): void {
    const entry = new Entry(`${key}${this.#all.length}`, Buffer.alloc(0), key, undefined, bytes, this.#all.length);
    this.#all.push(entry);
    this.#placesOf(key).push(entry);
    this.#order.join(entry);
    this.#laneOf.set(entry, lane);
    this.#lanes[lane]!.fresh.push(entry);
    this.#inLane.add(entry);
  }

  /** A request of what is in a lane: parcels of `together` records at most. */
  take(lane: number, count: number, together: number): void {
    const parcels: Holder[] = [];
    for (let n = 0; n < count; n++) {
      let holder = parcels.at(-1);
      if (!holder || holder.entries.length >= together) parcels.push((holder = { entries: [] }));
      const entry = this.#shift(lane);
      if (!entry) break;
      const places = this.#placesOf(entry.partitionKey);
      const before = places.slice(0, places.indexOf(entry));
      const mayGo = before.every((each) => each.result ?? this.#holders.get(each) === holder);
      expect(this.#order.claims(entry, holder), `${entry.value} may go`).to.equal(mayGo);
      if (!mayGo) continue;
      this.#holders.set(entry, holder);
      holder.entries.push(entry);
    }
    const filled = parcels.filter(({ entries }) => entries.length > 0);
    if (filled.length > 0) this.#requests.push(filled);
  }

  /** A request is answered: parcels are accepted or refused, and of the refused some records are not worth another attempt. */
  answer(which: number, fates: readonly boolean[], hopeless: readonly boolean[]): void {
    const [parcels = []] = this.#requests.splice(which % Math.max(1, this.#requests.length), 1);
    const [done, wait]: [Entry<string>[], Entry<string>[]] = [[], []];
    parcels.forEach(({ entries }, index) => {
      const isAccepted = fates[index % fates.length];
      entries.forEach((entry, at) => {
        const isGivenUp = hopeless[(index + at) % hopeless.length];
        if (isAccepted) entry.result = new PutSuccess(entry.value, 'shardId-0', '1', at, 1);
        else if (isGivenUp) entry.result = failure(entry);
        (isAccepted || isGivenUp ? done : wait).push(entry);
      });
    });
    if (wait.length > 0) this.#waits.push(wait);
    this.#release(done);
  }

  /** Some have waited for their next attempt. */
  retry(which: number): void {
    const [entries = []] = this.#waits.splice(which % Math.max(1, this.#waits.length), 1);
    for (const entry of entries) this.#holders.delete(entry);
    this.#order.callAgain(entries);
    this.#return(entries);
  }

  /** The oldest of a lane are given up. */
  expire(lane: number, count: number): void {
    const expired: Entry<string>[] = [];
    for (let n = 0; n < count; n++) {
      const entry = this.#shift(lane);
      if (!entry) break;
      entry.result = failure(entry);
      expired.push(entry);
    }
    this.#release(expired);
  }

  /** Records of a lane come into another, in their order, as after a reshard. */
  move(from: number): void {
    const to = (from + 1) % this.#lanes.length;
    const { returned, fresh } = this.#lanes[from]!;
    for (const entry of this.#all) if (this.#laneOf.get(entry) === from) this.#laneOf.set(entry, to);
    const target = this.#lanes[to]!;
    target.returned.push(...returned.splice(0));
    target.fresh.push(...fresh.splice(0));
    for (const list of [target.returned, target.fresh]) list.sort(byArrival);
  }

  /** No key waits but for itself: of each key with records in line one is under way, or can be. */
  check(): void {
    for (const [key, places] of this.#places) {
      const first = places.find(({ result }) => !result);
      if (!first) continue;
      const isMoving = this.#holders.has(first) || this.#inLane.has(first);
      expect(isMoving, `the first of ${key} is on its way`).to.be.true;
    }
  }

  /** Everything goes well from now on: every record has its result in the end. */
  finish(): void {
    for (let round = 0; this.#all.some(({ result }) => !result); round++) {
      expect(round, 'rounds to the end').to.be.at.most(this.#all.length + 1);
      while (this.#waits.length > 0) this.retry(0);
      for (const lane of this.#lanes.keys()) this.take(lane, this.#all.length, 1);
      while (this.#requests.length > 0) this.answer(0, [true], [false]);
      this.check();
    }
  }

  #release(entries: readonly Entry<string>[]): void {
    for (const entry of entries) this.#holders.delete(entry);
    for (const entry of entries) {
      const called = this.#order.release(entry, this.#calledBytes);
      for (const each of called) expect(this.#inLane.has(each) || this.#holders.has(each)).to.be.false;
      this.#return(called);
    }
  }

  #return(entries: readonly Entry<string>[]): void {
    for (const entry of entries) {
      this.#lanes[this.#laneOf.get(entry)!]!.returned.push(entry);
      this.#inLane.add(entry);
    }
    for (const { returned } of this.#lanes) returned.sort(byArrival);
  }

  #shift(lane: number): Entry<string> | undefined {
    const { returned, fresh } = this.#lanes[lane]!;
    const entry = returned.shift() ?? fresh.shift();
    if (entry) this.#inLane.delete(entry);
    return entry;
  }

  #placesOf(key: string): Entry<string>[] {
    let places = this.#places.get(key);
    if (!places) this.#places.set(key, (places = []));
    return places;
  }
}

const byArrival = (a: Entry<string>, b: Entry<string>) => a.arrivedAt - b.arrivedAt;

function failure({ value }: Entry<string>): PutFailure<string> {
  const options = { streamName: 'orders', value, attempts: 1, cause: undefined, retryable: false };
  return new PutFailure(value, 1, new PutFailedError('it was given up', options));
}
