import { catchError, defer, type Observable, retry, throwError, timer } from 'rxjs';
import { classifyAwsError } from '../../aws/classifyAwsError.ts';
import { sendCommand } from '../../aws/sendCommand.ts';
import { CheckpointStoreError } from '../../errors/CheckpointStoreError.ts';
import { backoffMs } from '../../internal/backoff.ts';
import type { DynamoDbSettings } from './checkDynamoDbCheckpointsOptions.ts';
import type { makeDynamoDbClient } from './makeDynamoDbClient.ts';
import { tableError, type TableSite } from './tableError.ts';

/** What a call is about, but the table. */
export type CallSite = Omit<TableSite, 'tableName'>;

/** A command, and the name of its operation, which a minified class has lost. */
export interface TableCommand {
  readonly operation: string;
  readonly make: () => { readonly input: object };
}

const ATTEMPTS = 5;
const BACKOFF = { initialMs: 50, maxMs: 1_000 };

/** The seam to DynamoDB: a command becomes a cold Observable with a deadline, and what fails a CheckpointStoreError. */
export class TableCalls {
  readonly #settings: DynamoDbSettings;
  #made: ReturnType<typeof makeDynamoDbClient> | undefined;

  constructor(settings: DynamoDbSettings) {
    this.#settings = settings;
  }

  /**
   * Performs the command at each subscription; unsubscribing aborts it.
   *
   * @param expected the names of errors that are answers; what `otherwise` makes of them is emitted
   */
  call<Output, Else = never>(
    { operation, make }: TableCommand,
    site: CallSite,
    expected?: { readonly awsName: string; readonly otherwise: () => Observable<Else> },
  ): Observable<Output | Else> {
    const { tableName, requestTimeoutMs, scheduler } = this.#settings;
    return defer(() => {
      const client = this.#settings.client ?? (this.#made ??= this.#settings.makeClient());
      const deadline = { timeoutMs: requestTimeoutMs, scheduler };
      return sendCommand<Output>(client, make, { operation, ...site }, deadline);
    }).pipe(
      catchError((error: unknown) => {
        // A client that cannot be made, for want of a region, is not classified yet.
        const classified = classifyAwsError(error, { operation, ...site });
        if (classified.awsName === expected?.awsName) return expected.otherwise();
        throw tableError(classified, { tableName, ...site });
      }),
    );
  }

  /** Repeats a call of many a few times by itself, so that not all of them are made again. */
  patiently<T>(call: Observable<T>): Observable<T> {
    const { scheduler, random } = this.#settings;
    return call.pipe(
      retry({
        count: ATTEMPTS - 1,
        delay: (error: unknown, attempt) =>
          error instanceof CheckpointStoreError && error.retryable
            ? timer(backoffMs(attempt, BACKOFF, random()), scheduler)
            : throwError(() => error),
      }),
    );
  }

  close(): void {
    this.#made?.destroy();
    this.#made = undefined;
  }
}
