import { noop } from 'rxjs';
import type { MetricsCollector } from './MetricsCollector.ts';

/** Collects nothing. It is never attached to anything, so it costs nothing. */
export const noopCollector: MetricsCollector = Object.freeze({
  increment: noop,
  gauge: noop,
  histogram: noop,
});
