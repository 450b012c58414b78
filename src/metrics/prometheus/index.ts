export { prometheusCollector } from './prometheusCollector.ts';
export type { PrometheusCollectorOptions } from './PrometheusCollectorOptions.ts';
