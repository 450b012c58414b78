import { getSystemErrorName } from 'node:util';

/** Says once that the agent cannot be reached, as a process warning, and again only after it could be reached meanwhile. */
export class AgentHealth {
  readonly #agent: string;
  #isDown = false;
  #failures = 0;

  constructor(agent: string) {
    this.#agent = agent;
  }

  /** How often it could not be reached. */
  get failures(): number {
    return this.#failures;
  }

  failed(error: unknown): void {
    this.#failures++;
    if (this.#isDown) return;
    this.#isDown = true;
    process.emitWarning(
      `Metrics do not reach ${this.#agent}: ${reasonOf(error)}. Those sent until it is back are lost; this is reported once.`,
      { type: 'KinesisMetricsWarning' },
    );
  }

  worked(): void {
    this.#isDown = false;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { readonly code?: unknown };
  // unix-dgram tells the number of the error and no name.
  return typeof code === 'number' && code < 0 ? `${error.message} (${getSystemErrorName(code)})` : error.message;
}
