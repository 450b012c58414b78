import type { BaseCollector } from '../BaseCollector.ts';
import type { MetricsCollector } from '../MetricsCollector.ts';
import { AgentHealth } from './AgentHealth.ts';
import { CallingSender } from './CallingSender.ts';
import { checkStatsdCollectorOptions, type StatsdSettings } from './checkStatsdCollectorOptions.ts';
import { HotShotsSender } from './HotShotsSender.ts';
import { agentOf, makeDatagramSender } from './makeDatagramSender.ts';
import type { StatsdCollectorOptions } from './StatsdCollectorOptions.ts';
import type { StatsdSender } from './StatsdLine.ts';
import { SummingCollector } from './SummingCollector.ts';

/**
 * A collector that sends metrics to a StatsD agent: Datadog's, or a plain one.
 *
 * Calls only add up in memory. `flushIntervalMs` after the first of them, on `flush()`, on `close()` and when the process has nothing left to
 * do, what came together is sent, many lines in a datagram of at most 1,432 bytes (8,192 through a unix socket; a longer line goes by itself, and is left out and
 * reported once above the 65,507 that a datagram can have):
 *
 * - a counter with what was added since the last flush, so that the sums at the agent are exact whatever the intervals;
 * - a gauge with its last value. Every gauge that was not removed is repeated whenever anything is sent, as Datadog shows those only that
 *   arrive; where nothing is recorded any more nothing is sent, and gauges end;
 * - a histogram with its observations, of which at most `maxSamples` a series are sent, chosen with the same chance for each, with the sample
 *   rate that makes the agent's count right.
 *
 * `flavour: 'datadog'` sends labels as tags, and histograms as `h`, or as `d` with `distribution`:
 * `consumer_queue_size:7|g|#stream_name:orders`. Of values, the characters `| , @ #` and line breaks become `_`.
 * `flavour: 'statsd'` puts the labels' values into the name, parted by dots: those of the catalogue in its order, then others by name of the
 * label: `consumer_records_received_total.orders.shardId-000000000000:412|c`. Of values, all but letters, digits, `_` and `-` becomes `_`.
 * Histograms are timers (`ms`) there, and what the catalogue measures in seconds is sent in milliseconds, though the name stays;
 * so are metrics of your own whose name ends in `_seconds`.
 *
 * A lost or absent agent never disturbs the stream. What it misses is lost; it is reported as a process warning of type `KinesisMetricsWarning`,
 * once, and again only after it was reached meanwhile. UDP tells nothing of an agent that is away: only names that are not found and
 * networks that are not there can be reported, and unix sockets that nobody listens on. Values that are no finite numbers, and decrements
 * of counters, are left out.
 *
 * `close()` resolves after 5 seconds at the latest, also where a client that was given does not call back, as one of TCP whose server does not read.
 *
 * Waiting for the next flush does not keep the process alive; a unix socket does until `close()`, which also closes a client made here.
 *
 * @throws TypeError or RangeError naming a wrong option; Error when a unix socket is asked for and `unix-dgram` is not installed
 *
 * @example
 * ```ts
 * const metrics = statsdCollector({ host: '127.0.0.1', prefix: 'shop', labels: { env: 'live' } });
 * metrics.increment('orders_total', { currency: 'EUR' }, 1);
 * await metrics.close();
 * ```
 */
export function statsdCollector(options: StatsdCollectorOptions = {}): BaseCollector & Required<MetricsCollector> {
  const settings = checkStatsdCollectorOptions(options);
  return new SummingCollector(senderFor(settings), settings);
}

function senderFor(settings: StatsdSettings): StatsdSender {
  const { client } = settings;
  const health = new AgentHealth(agentOf(settings));
  if (client === undefined) return makeDatagramSender(settings, health);
  if (HotShotsSender.isFor(client)) return new HotShotsSender(client, health);
  return new CallingSender(client, health);
}
