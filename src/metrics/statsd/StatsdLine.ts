import type { StatsdName } from './StatsdSeries.ts';

/** What goes to the agent for one value. */
export interface StatsdLine {
  readonly named: StatsdName;
  readonly value: number;
  readonly type: 'c' | 'g' | 'h' | 'd' | 'ms';
  /** The share of the observations that are sent, above 0 to 1. */
  readonly rate: number;
}

/** Where lines go. Neither method throws. */
export interface StatsdSender {
  /** Sends; calls `done` once they are on their way, or could not be sent. */
  send(lines: readonly StatsdLine[], done: () => void): void;
  close(done: () => void): void;
}
