import type { StatsdTags } from './StatsdClientLike.ts';
import type { StatsdLine } from './StatsdLine.ts';

/** What a series is called on the wire. */
export interface StatsdName {
  readonly name: string;
  /** Empty for plain StatsD. */
  readonly tags: StatsdTags;
}

/** What is kept of one series between flushes. */
export abstract class StatsdSeries {
  readonly named: StatsdName;
  /** It was removed: who finds it again by its labels gets a new one. */
  isGone = false;
  /** It has something to send. */
  isPending = false;

  constructor(named: StatsdName) {
    this.named = named;
  }

  abstract record(value: number, times: number): void;

  /** Returns what is to be sent, and takes it off. */
  abstract take(): StatsdLine[];
}
