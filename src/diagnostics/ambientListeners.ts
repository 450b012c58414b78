import type { DiagnosticListener } from './Diagnostic.ts';

let ambient: readonly DiagnosticListener[] = [];

/** The taps that are subscribing upstream at this moment, outermost first. */
export function ambientListeners(): readonly DiagnosticListener[] {
  return ambient;
}

/** Runs `subscribe` while `listener` is ambient: sources and sinks that are subscribed meanwhile attach to it. */
export function whileAmbient<T>(listener: DiagnosticListener, subscribe: () => T): T {
  const outer = ambient;
  ambient = [...outer, listener];
  try {
    return subscribe();
  } finally {
    ambient = outer;
  }
}
