/** Tags by name. */
export type StatsdTags = Readonly<Record<string, string>>;

/** What a client says when it has sent a line, or could not. */
export type StatsdCallback = (error?: Error | null) => void;

/** One kind of line: a client that knows no callbacks leaves the last argument aside. */
export type StatsdCall = (stat: string, value: number, tags: StatsdTags, callback: StatsdCallback) => void;

/**
 * What is used of a StatsD client, by structure: `StatsD` of hot-shots fits, and what has the same methods.
 *
 * hot-shots is recognised, and told the sample rate of histograms; another client is not, so its agent counts fewer observations than
 * there were where there are more than `maxSamples` in an interval.
 */
export interface StatsdClientLike {
  increment: StatsdCall;
  gauge: StatsdCall;
  histogram: StatsdCall;
  /** Needed with `distribution: true`. */
  distribution?: StatsdCall;
  /** Needed with `flavour: 'statsd'`. */
  timing?: StatsdCall;
}
