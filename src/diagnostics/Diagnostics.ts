import { ambientListeners } from './ambientListeners.ts';
import type { Diagnostic, DiagnosticListener } from './Diagnostic.ts';

/**
 * Where one subscription's events go: to the listener of its options, to the taps that were subscribing when it was subscribed,
 * and to those that met one of its records later. A listener that is attached twice hears each event once.
 */
export class Diagnostics {
  readonly #listeners: Set<DiagnosticListener>;
  readonly #reported = new WeakSet<DiagnosticListener>();

  constructor(own?: DiagnosticListener) {
    this.#listeners = new Set(own ? [own, ...ambientListeners()] : ambientListeners());
  }

  /** Whether anybody listens: where nobody does, no event need be made. */
  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  /** Returns a function that detaches the listener. */
  attach(listener: DiagnosticListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  emit(diagnostic: Diagnostic): void {
    for (const listener of this.#listeners) {
      try {
        listener(diagnostic);
      } catch (error) {
        if (this.#reported.has(listener)) continue;
        this.#reported.add(listener);
        process.emitWarning(
          `A diagnostics listener threw: ${String(error)}. It is still called; this is reported once.`,
          {
            type: 'KinesisDiagnosticsWarning',
          },
        );
      }
    }
  }
}
