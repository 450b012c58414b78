import type { SchedulerLike } from 'rxjs';
import type { MetricLabels } from '../MetricsCollector.ts';
import type { StatsdClientLike } from './StatsdClientLike.ts';

/** The dialect that the agent speaks: Datadog's, with tags, or StatsD as Etsy made it, without. */
export type StatsdFlavour = 'datadog' | 'statsd';

export interface StatsdCollectorOptions {
  /**
   * A client of hot-shots, or anything of its structure, which the collector flushes and never closes. It brings its own agent, prefix and
   * tags, so `host`, `port`, `protocol` and `path` are refused beside it. Give it a `maxBufferSize`, or each line is a datagram.
   * Default: a client of hot-shots, made here; for Datadog it adds the tags of the environment's `DD_ENV`, `DD_SERVICE`, `DD_VERSION`,
   * `DD_ENTITY_ID` and `DD_TAGS`.
   */
  readonly client?: StatsdClientLike;
  /** Where the agent is: a name, which is looked up once a minute, for IPv4, or an address. Default: the environment's `DD_AGENT_HOST`, else 127.0.0.1. */
  readonly host?: string;
  /** The agent's UDP port, from 1 to 65,535. Default: the environment's `DD_DOGSTATSD_PORT`, else 8125. */
  readonly port?: number;
  /** UDP, or a unix datagram socket, which needs the optional native package `unix-dgram`. Default: `'uds'` where there is a `path`, else `'udp'`. */
  readonly protocol?: 'udp' | 'uds';
  /** The path of the agent's unix socket. Default, with `protocol: 'uds'`: /var/run/datadog/dsd.socket. */
  readonly path?: string;
  /** What all names start with; a dot follows it. Default: nothing. */
  readonly prefix?: string;
  /** What the agent understands. Default: `'datadog'`. */
  readonly flavour?: StatsdFlavour;
  /** How long values add up before they are sent, in milliseconds. From 100 to 600,000; default 1,000. */
  readonly flushIntervalMs?: number;
  /** Histograms go as Datadog's distributions (`d`), which add up over hosts, instead of `h`. Datadog only. Default: false. */
  readonly distribution?: boolean;
  /** How many observations of a histogram's series are sent at each flush, at most. From 1 to 10,000; default 100. */
  readonly maxSamples?: number;
  /** Labels of all series. A series' own label of the same name wins. Default: none. */
  readonly labels?: MetricLabels;
  /** What times flushes and timers. Default: real time, which does not keep the process alive. */
  readonly scheduler?: SchedulerLike;
}
