export { forgetGauges, type TemporalitySelector } from './forgetGauges.ts';
export { openTelemetryCollector } from './openTelemetryCollector.ts';
export type { OpenTelemetryCollectorOptions } from './OpenTelemetryCollectorOptions.ts';
