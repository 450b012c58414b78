import { definitionOf, type MetricDefinition } from '../catalogue.ts';

/** The units of the catalogue by the Unified Code for Units of Measure, which OpenTelemetry writes units in. */
const UNITS: Readonly<Record<MetricDefinition['unit'], string>> = {
  records: '{record}',
  bytes: 'By',
  seconds: 's',
  milliseconds: 'ms',
  shards: '{shard}',
  leases: '{lease}',
  events: '{event}',
};

/** The unit of an instrument: that of the catalogue, or what the name of another metric ends in; undefined where that is no unit. */
export function unitOf(metric: string): string | undefined {
  const unit = definitionOf(metric)?.unit ?? /_(seconds|milliseconds|bytes)(_total)?$/.exec(metric)?.[1];
  return unit === undefined ? undefined : UNITS[unit as MetricDefinition['unit']];
}
