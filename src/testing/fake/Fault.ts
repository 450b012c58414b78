import { checkNames } from '../../internal/checkNames.ts';
import { checkNumber, describe } from '../../internal/checkNumber.ts';
import { OPERATIONS, type OperationName } from './operations.ts';

/** Which calls a fault concerns, and which of those it strikes. What is left out matches all. */
export interface FaultTrigger {
  /** The operations, such as `'GetRecords'`. */
  readonly operation?: OperationName | readonly OperationName[];
  /** A stream's name. */
  readonly stream?: string;
  /** A shard's id: calls that read it, put a record into it, split it or merge it. */
  readonly shard?: string;
  /** It strikes at most so often. From 1; default: without end. */
  readonly times?: number;
  /** It lets so many matching calls pass first. From 0; default 0. */
  readonly after?: number;
  /** It strikes the first of every so many matching calls. From 1; default 1. */
  readonly every?: number;
  /** The share of matching calls that it strikes, drawn from the fake's seed. From 0 to 1; default 1. */
  readonly probability?: number;
}

/** A call as faults see it; finding out what it is about costs something, so that is left to who asks. */
export interface FaultedCall {
  readonly operation: string;
  readonly streamName: () => string | undefined;
  readonly shards: () => readonly string[];
}

/** What a fault does to the calls that it strikes. */
export type FaultEffect =
  | { readonly kind: 'fail'; readonly error: () => Error; readonly isLate: boolean }
  | { readonly kind: 'hang' | 'cut'; readonly isLate: boolean }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'entry'; readonly code: string; readonly message: string }
  | { readonly kind: 'throttle'; readonly reads: boolean; readonly writes: boolean; readonly until: number }
  | { readonly kind: 'empty' };

/** One fault: what it strikes, how often it has, what it does. */
export class Fault {
  readonly trigger: FaultTrigger;
  readonly effect: FaultEffect;
  readonly #random: () => number;
  #seen = 0;
  #hits = 0;
  isCancelled = false;

  constructor(trigger: FaultTrigger, effect: FaultEffect, random: () => number) {
    checkTrigger(trigger);
    this.trigger = trigger;
    this.effect = effect;
    this.#random = random;
  }

  get hits(): number {
    return this.#hits;
  }

  get isSpent(): boolean {
    return this.isCancelled || this.#hits >= (this.trigger.times ?? Infinity);
  }

  /** Whether the fault strikes this call; counts it. */
  strikes(call: FaultedCall): boolean {
    if (this.isSpent || !this.#matches(call)) return false;
    const { after = 0, every = 1, probability = 1 } = this.trigger;
    const ordinal = this.#seen - after;
    this.#seen += 1;
    if (ordinal < 0 || ordinal % every !== 0) return false;
    if (probability < 1 && this.#random() >= probability) return false;
    this.#hits += 1;
    return true;
  }

  #matches({ operation, streamName, shards }: FaultedCall): boolean {
    const { operation: wanted, stream, shard } = this.trigger;
    if (wanted !== undefined) {
      const isWanted = typeof wanted === 'string' ? wanted === operation : wanted.some((each) => each === operation);
      if (!isWanted) return false;
    }
    if (stream !== undefined && stream !== streamName()) return false;
    return shard === undefined || shards().includes(shard);
  }
}

const TRIGGER_NAMES: Readonly<Record<keyof FaultTrigger, true>> = {
  operation: true,
  stream: true,
  shard: true,
  times: true,
  after: true,
  every: true,
  probability: true,
};

function checkTrigger(trigger: FaultTrigger): void {
  checkNames(trigger, TRIGGER_NAMES, 'the trigger of a fault');
  const { operation, times, after, every, probability } = trigger;
  for (const name of operation === undefined ? [] : [operation].flat()) {
    if (!Object.hasOwn(OPERATIONS, name)) {
      throw new RangeError(`operation must be one of ${Object.keys(OPERATIONS).join(', ')}; got ${describe(name)}`);
    }
  }
  const max = Number.MAX_SAFE_INTEGER;
  if (times !== undefined) checkNumber('times', times, { min: 1, max });
  if (after !== undefined) checkNumber('after', after, { min: 0, max });
  if (every !== undefined) checkNumber('every', every, { min: 1, max });
  if (probability !== undefined) checkNumber('probability', probability, { min: 0, max: 1, fractions: true });
}

/** Whether a fault's `effect` says that its calls are performed. */
export function isLate(effect: unknown): boolean {
  if (effect === 'before' || effect === 'after') return effect === 'after';
  throw new RangeError(`effect must be 'before' or 'after'; got ${describe(effect)}`);
}
