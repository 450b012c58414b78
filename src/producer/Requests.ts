import type { PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import { Subscription } from 'rxjs';
import type { KinesisClientLike } from '../aws/KinesisClientLike.ts';
import { putRecords } from '../aws/putRecords.ts';
import type { StreamTarget } from '../aws/streamTarget.ts';
import type { KinesisServiceError } from '../errors/KinesisServiceError.ts';
import type { ProducerSettings } from './checkToKinesisOptions.ts';
import { entriesOf, type Parcel } from './Parcel.ts';
import type { PutOutcome } from './PutOutcome.ts';
import { readAnswer } from './readAnswer.ts';
import { refuseAll } from './refuseAll.ts';

/** Told what became of a request, which is over by then. */
export type Conclude<T> = (parcels: readonly Parcel<T>[], outcome: PutOutcome<T>) => void;

/** The requests that are under way, each with its batch. */
export class Requests<T> {
  readonly #client: KinesisClientLike;
  readonly #target: StreamTarget;
  readonly #settings: ProducerSettings<T>;
  readonly #conclude: Conclude<T>;
  readonly #work = new Subscription();
  #underWay = 0;

  constructor(client: KinesisClientLike, target: StreamTarget, settings: ProducerSettings<T>, conclude: Conclude<T>) {
    this.#client = client;
    this.#target = target;
    this.#settings = settings;
    this.#conclude = conclude;
  }

  /** How many there are; after {@link cancel} as many as nobody allows. */
  get underWay(): number {
    return this.#work.closed ? Infinity : this.#underWay;
  }

  /** Aborts them all. */
  cancel(): void {
    this.#work.unsubscribe();
  }

  /** @throws TypeError when the bytes of a record are no longer there; then nothing was sent */
  send(parcels: readonly Parcel<T>[]): void {
    const { scheduler, requestTimeoutMs } = this.#settings;
    const { streamName } = this.#target;
    const records = parcels.map(requestEntry);
    const startedAt = scheduler.now();
    const request = new Subscription();
    const conclude = (outcome: PutOutcome<T>) => {
      this.#work.remove(request);
      this.#underWay--;
      this.#conclude(parcels, outcome);
    };
    this.#underWay++;
    this.#work.add(request);
    for (const parcel of parcels) for (const entry of entriesOf(parcel)) entry.attempts++;
    request.add(
      putRecords(this.#client, { target: this.#target, records, timeoutMs: requestTimeoutMs, scheduler }).subscribe({
        next: (answer) => conclude(readAnswer(parcels, answer, streamName, scheduler.now() - startedAt)),
        error: (error: unknown) =>
          conclude(refuseAll(parcels, error as KinesisServiceError, scheduler.now() - startedAt)),
      }),
    );
  }
}

function requestEntry({ data, partitionKey, explicitHashKey, bytes }: Parcel<unknown>): PutRecordsRequestEntry {
  if (data.byteLength === 0 && bytes > Buffer.byteLength(partitionKey)) {
    throw new TypeError('the bytes of a record have gone since it was put');
  }
  const entry = { Data: data, PartitionKey: partitionKey };
  return explicitHashKey === undefined ? entry : { ...entry, ExplicitHashKey: explicitHashKey };
}
