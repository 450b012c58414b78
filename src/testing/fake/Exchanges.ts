import { KinesisServiceException } from '@aws-sdk/client-kinesis';
import { checkInput } from './checkInput.ts';
import type { CallLog } from './CallLog.ts';
import { shardIdsIn, streamNameIn } from './callTarget.ts';
import type { FakeService } from './FakeService.ts';
import type { Faults } from './Faults.ts';
import { operationNamed } from './operations.ts';
import { serviceError } from './serviceError.ts';

interface ExchangeBase {
  /** How long the answer takes, in milliseconds. */
  readonly delayMs: number;
  readonly requestId: string;
}

/** What becomes of a request. */
export type Exchange = ExchangeBase &
  (
    | { readonly kind: 'answer'; readonly output: object }
    | { readonly kind: 'error'; readonly error: Error }
    | { readonly kind: 'hang' }
    | { readonly kind: 'cut' }
  );

type Outcome =
  | { readonly kind: 'answer'; readonly output: object }
  | { readonly kind: 'error'; readonly error: Error }
  | { readonly kind: 'hang' | 'cut' };

/** Performs requests: first the faults, then the service, then the faults that lose its answer. */
export class Exchanges {
  readonly #service: FakeService;
  readonly #faults: Faults;
  readonly #calls: CallLog;
  #requests = 0;

  constructor(service: FakeService, faults: Faults, calls: CallLog) {
    this.#service = service;
    this.#faults = faults;
    this.#calls = calls;
  }

  perform(operation: string, input: object): Exchange {
    const service = this.#service;
    this.#requests += 1;
    const requestId = `00000000-0000-4000-8000-${this.#requests.toString(16).padStart(12, '0')}`;
    // Looked for before the call has its effect, which may be to delete what it names; and only if somebody asks.
    const isAsked = this.#calls.isRecording || this.#faults.isAny;
    const name = isAsked ? streamNameIn(service, input) : undefined;
    const { delayMs, ending } = this.#faults.fateOf({
      operation,
      streamName: () => name,
      shards: () => shardIdsIn(service, input),
    });
    const performed = ending && !ending.isLate ? undefined : this.#run(operation, input);
    let outcome: Outcome = performed ?? { kind: 'hang' };
    if (ending && performed?.kind !== 'error') {
      outcome = ending.kind === 'fail' ? { kind: 'error', error: ending.error() } : { kind: ending.kind };
    }
    if (outcome.kind === 'error' && outcome.error instanceof KinesisServiceException) {
      outcome.error.$metadata.requestId = requestId;
    }
    const errorName = outcome.kind === 'error' ? outcome.error.name : undefined;
    this.#calls.add(operation, errorName, () => ({ operation, streamName: name, atMs: service.now, input, errorName }));
    return { ...outcome, delayMs, requestId };
  }

  #run(operation: string, input: object): Outcome {
    const found = operationNamed(operation);
    if (!found) {
      return {
        kind: 'error',
        error: serviceError('UnknownOperationException', `FakeKinesis does not perform ${operation}.`),
      };
    }
    try {
      const checked = found.holds(input) ? input : checkInput(input as Readonly<Record<string, unknown>>, found.rules);
      return { kind: 'answer', output: found.run(this.#service, checked) };
    } catch (error) {
      if (error instanceof KinesisServiceException) return { kind: 'error', error };
      throw error;
    }
  }
}
