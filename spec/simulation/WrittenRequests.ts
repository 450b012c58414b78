import { PutRecordsCommand, type PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import { finalize, from, type ObservableInput, type SchedulerLike } from 'rxjs';
import type { KinesisClientLike, KinesisCommand, SendOptions } from '../../src/aws/KinesisClientLike.ts';
import { decodeAggregate } from '../../src/codec/aggregate/decodeAggregate.ts';

export interface WrittenRequestsOptions {
  readonly client: KinesisClientLike;
  readonly scheduler: SchedulerLike;
  readonly maxBatchRecords: number;
  readonly maxBatchBytes: number;
  readonly maxRecordBytes: number;
  /** When the record of that id is given up. */
  readonly endOfLife: (id: number) => number;
}

/** Looks at each PutRecords on its way to the service: whether it keeps the bounds, and when it ends. The data of a record is its id, and blanks. */
export class WrittenRequests implements KinesisClientLike {
  /** Laws broken. */
  readonly violations: string[] = [];
  readonly #options: WrittenRequestsOptions;
  /** By ids and keys of records: in how many requests they are, and when the last one ended. */
  readonly #underWay = new Map<number | string, number>();
  readonly #endedMs = new Map<number | string, number>();

  constructor(options: WrittenRequestsOptions) {
    this.#options = options;
  }

  send(command: KinesisCommand, options?: SendOptions): ObservableInput<unknown> {
    const { client, scheduler } = this.#options;
    if (!(command instanceof PutRecordsCommand)) return client.send(command, options);
    const { Records = [] } = command.input;
    const users = Records.flatMap(usersOf);
    this.#judge(Records, users);
    const names = users.flatMap(({ id, key }) => [id, key]);
    for (const name of names) this.#underWay.set(name, (this.#underWay.get(name) ?? 0) + 1);
    const end = () => {
      for (const name of names) {
        this.#underWay.set(name, this.#underWay.get(name)! - 1);
        this.#endedMs.set(name, scheduler.now());
      }
    };
    return from(client.send(command, options)).pipe(finalize(end));
  }

  /** When a request with that record, or with one of that key, ended last: now, where one is just ending. */
  endedMs(name: number | string): number {
    if (this.#underWay.get(name)) return this.#options.scheduler.now();
    return this.#endedMs.get(name) ?? -Infinity;
  }

  #judge(entries: readonly PutRecordsRequestEntry[], users: readonly User[]): void {
    const { scheduler, maxBatchRecords, maxBatchBytes, maxRecordBytes, endOfLife } = this.#options;
    const sizes = entries.map(({ Data, PartitionKey }) => Data!.byteLength + PartitionKey!.length);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    if (entries.length > maxBatchRecords) this.violations.push(`a request has ${entries.length} records`);
    if (entries.length > 1 && bytes > maxBatchBytes) this.violations.push(`a request has ${bytes} bytes`);
    const large = sizes.find((size) => size > maxRecordBytes);
    if (large) this.violations.push(`a record has ${large} bytes`);
    const now = scheduler.now();
    for (const { id } of users) {
      // What is due in the same instant may happen in any order.
      if (now > endOfLife(id) + 1) this.violations.push(`record ${id} is sent ${now - endOfLife(id)} ms after its end`);
    }
  }
}

interface User {
  readonly id: number;
  readonly key: string;
}

function usersOf({ Data = new Uint8Array(), PartitionKey = '' }: PutRecordsRequestEntry): User[] {
  const users = decodeAggregate(Data) ?? [{ data: Data, partitionKey: PartitionKey }];
  return users.map(({ data, partitionKey }) => ({ id: Number(Buffer.from(data).toString()), key: partitionKey }));
}
