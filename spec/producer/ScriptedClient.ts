import { PutRecordsCommand, type PutRecordsRequestEntry, type PutRecordsResultEntry } from '@aws-sdk/client-kinesis';
import { Observable, type SchedulerLike, throwError } from 'rxjs';
import type { KinesisClientLike, KinesisCommand, SendOptions } from '../../src/aws/KinesisClientLike.ts';

/** The answer to one PutRecords: its result entries, an error, or nothing ever. */
export type Script = (entries: PutRecordsRequestEntry[], call: number) => PutRecordsResultEntry[] | Error | 'hang';

export const accepted = (index = 0): PutRecordsResultEntry => ({ ShardId: 'shardId-0', SequenceNumber: String(index) });
export const refused = (ErrorCode: string): PutRecordsResultEntry => ({ ErrorCode, ErrorMessage: 'said Kinesis' });
export const awsError = (name: string, httpStatusCode = 400): Error =>
  Object.assign(new Error('said AWS'), { name, $metadata: { httpStatusCode } });

/** Answers PutRecords as a script says, some time after each request, and keeps what it was sent. No other call is allowed. */
export class ScriptedClient implements KinesisClientLike {
  /** Of each request: when it came, and the data of its entries as text. */
  readonly requests: { readonly at: number; readonly data: string[] }[] = [];
  readonly entries: PutRecordsRequestEntry[][] = [];
  aborted = 0;
  inFlight = 0;
  maxInFlight = 0;
  readonly #scheduler: SchedulerLike;
  readonly #script: Script;
  readonly #latencyMs: number;

  constructor(
    scheduler: SchedulerLike,
    script: Script = (entries) => entries.map((_, i) => accepted(i)),
    latencyMs = 1,
  ) {
    this.#scheduler = scheduler;
    this.#script = script;
    this.#latencyMs = latencyMs;
  }

  /** The data of each request. */
  get batches(): string[][] {
    return this.requests.map(({ data }) => data);
  }

  send(command: KinesisCommand, { abortSignal }: SendOptions = {}): Observable<unknown> {
    if (!(command instanceof PutRecordsCommand)) return throwError(() => awsError('AccessDeniedException'));
    return new Observable((subscriber) => {
      const { Records = [] } = command.input;
      const at = this.#scheduler.now();
      this.requests.push({ at, data: Records.map(({ Data }) => Buffer.from(Data ?? new Uint8Array()).toString()) });
      this.entries.push(Records);
      this.maxInFlight = Math.max(this.maxInFlight, ++this.inFlight);
      const answer = this.#script(Records, this.requests.length);
      let isAnswered = false;
      const respond = () => {
        isAnswered = true;
        this.inFlight--;
        if (answer instanceof Error) subscriber.error(answer);
        else {
          subscriber.next({ Records: answer });
          subscriber.complete();
        }
      };
      abortSignal?.addEventListener('abort', () => {
        if (isAnswered) return;
        this.aborted++;
        this.inFlight--;
      });
      if (answer === 'hang') return;
      if (this.#latencyMs === 0) respond();
      else subscriber.add(this.#scheduler.schedule(respond, this.#latencyMs));
    });
  }
}
