/** A command as the SDK makes it, as far as its answer's headers can be had through it. */
interface WithMiddleware {
  readonly middlewareStack?: {
    add(
      middleware: (next: (args: object) => Promise<Result>) => (args: object) => Promise<Result>,
      options: { readonly step: 'deserialize'; readonly name: string },
    ): void;
  };
}

interface Result {
  readonly response?: unknown;
}

/**
 * The time of day by the service's clock, as the `Date` of its answers tells it: places that are found by time are places in its time, and the
 * clock of this machine may be minutes away from it. That has seconds only, and the answer takes its time, so this clock may be somewhat behind.
 *
 * Where no answer has told, as with a client that is not the SDK's, it is the clock of this machine.
 */
export class ServiceClock {
  /** What is to be added to the time of this machine. */
  #aheadMs = 0;

  /** @param machineMs the time of day by the clock of this machine */
  at(machineMs: number): number {
    return machineMs + this.#aheadMs;
  }

  /** Listens to the answer of a command that is about to be sent, be it an error. */
  hear<C extends object>(command: C, machineMs: () => number): C {
    const told = (response: unknown) => {
      const { headers } = (response ?? {}) as { readonly headers?: Readonly<Record<string, unknown>> };
      const toldMs = Date.parse(String(headers?.date));
      if (!Number.isNaN(toldMs)) this.#aheadMs = toldMs - machineMs();
    };
    (command as WithMiddleware).middlewareStack?.add(
      (next) => (args) =>
        next(args).then(
          (result) => {
            told(result.response);
            return result;
          },
          (error: unknown) => {
            told((error as { readonly $response?: unknown } | null | undefined)?.$response);
            throw error;
          },
        ),
      { step: 'deserialize', name: 'rxjsKinesisServiceClock' },
    );
    return command;
  }
}
