import { BehaviorSubject, distinctUntilChanged, type Observable } from 'rxjs';
import { nameCause } from '../internal/nameRecord.ts';
import type { Diagnostic, DiagnosticListener } from './Diagnostic.ts';

/**
 * Where one subscription's events go: to the listener of its options, for good, and to those that are attached: taps that met it
 * or one of its records. A listener that is attached twice hears each event once, until it is detached twice.
 */
export class Diagnostics {
  /** How often each is attached. */
  readonly #listeners = new Map<DiagnosticListener, number>();
  readonly #reported = new WeakSet<DiagnosticListener>();
  readonly #heard = new BehaviorSubject(false);
  /** What is being told, and what listeners caused meanwhile. */
  readonly #due: Diagnostic[] = [];

  constructor(own?: DiagnosticListener) {
    if (own) this.attach(own);
  }

  /** Whether anybody listens: where nobody does, no event need be made. */
  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  /** Whether anybody listens, now and whenever that changes. */
  get heard(): Observable<boolean> {
    return this.#heard.pipe(distinctUntilChanged());
  }

  /** Returns a function that detaches the listener. */
  attach(listener: DiagnosticListener): () => void {
    this.#count(listener, 1);
    let isAttached = true;
    return () => {
      if (isAttached) this.#count(listener, -1);
      isAttached = false;
    };
  }

  /** Tells all listeners. What one of them causes by that they are told after it, so that all hear the same order. */
  emit(diagnostic: Diagnostic): void {
    this.#due.push(diagnostic);
    if (this.#due.length > 1) return;
    for (let next: Diagnostic | undefined = diagnostic; next; next = this.#due[0]) {
      this.#tell(next);
      this.#due.shift();
    }
  }

  #tell(diagnostic: Diagnostic): void {
    for (const listener of this.#listeners.keys()) {
      try {
        listener(diagnostic, this);
      } catch (error) {
        if (this.#reported.has(listener)) continue;
        this.#reported.add(listener);
        process.emitWarning(
          `A diagnostics listener threw: ${nameCause(error)}. It is still called; this is reported once.`,
          {
            type: 'KinesisDiagnosticsWarning',
          },
        );
      }
    }
  }

  #count(listener: DiagnosticListener, change: number): void {
    const count = (this.#listeners.get(listener) ?? 0) + change;
    if (count > 0) this.#listeners.set(listener, count);
    else this.#listeners.delete(listener);
    this.#heard.next(this.isHeard);
  }
}
