import type { Sink } from './ambient.ts';

/** What a sink emits: operators below it may ask which that was. */
export abstract class SinkResult {
  #sink: Sink | undefined;

  /** @internal */
  static emittedBy<R extends SinkResult>(result: R, sink: Sink): R {
    result.#sink = sink;
    return result;
  }

  /** @internal */
  static sinkOf(value: unknown): Sink | undefined {
    return typeof value === 'object' && value !== null && #sink in value ? value.#sink : undefined;
  }
}
