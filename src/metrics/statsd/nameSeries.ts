import { definitionOf } from '../catalogue.ts';
import type { MetricLabels } from '../MetricsCollector.ts';
import type { StatsdFlavour } from './StatsdCollectorOptions.ts';
import type { StatsdName } from './StatsdSeries.ts';

/** What all series of a collector have in common. */
export interface Naming {
  readonly flavour: StatsdFlavour;
  readonly prefix: string;
  readonly labels: MetricLabels;
}

/** What a series is called: in the order of the catalogue's labels, then the others by name. */
export function nameSeries(
  { flavour, prefix, labels: constant }: Naming,
  metric: string,
  own: MetricLabels,
): StatsdName {
  const labels: MetricLabels = { ...constant, ...own };
  const first: readonly string[] = definitionOf(metric)?.labels ?? [];
  const others = Object.keys(labels).filter((name) => !first.includes(name));
  const entries = [...first, ...others.sort()].flatMap((name) => {
    const value = labels[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const stem = `${startOf(prefix)}${metric.replaceAll(/[^\w.-]/g, '_')}`;
  return flavour === 'datadog'
    ? {
        name: stem,
        tags: Object.fromEntries(entries.map(([name, value]) => [tagPart(name).replaceAll(':', '_'), tagPart(value)])),
      }
    : { name: [stem, ...entries.map(([, value]) => namePart(value))].join('.'), tags: {} };
}

const startOf = (prefix: string): string => (prefix === '' || prefix.endsWith('.') ? prefix : `${prefix}.`);

/** Without what divides tags from each other and from the rest of a line. */
const tagPart = (text: string): string => text.replaceAll(/[|@,#\r\n]/g, '_');

/** One part of a Graphite path: neither StatsD's own characters, nor the dot, nor what StatsD takes out of names. */
const namePart = (text: string): string => text.replaceAll(/[^\w-]/g, '_') || '_';
