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
    const reason = error instanceof Error ? error.message : String(error);
    process.emitWarning(
      `Metrics do not reach ${this.#agent}: ${reason}. Those sent until it is back are lost; this is reported once.`,
      { type: 'KinesisMetricsWarning' },
    );
  }

  worked(): void {
    this.#isDown = false;
  }
}
