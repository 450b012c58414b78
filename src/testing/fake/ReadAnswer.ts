import type { _Record, ChildShard } from '@aws-sdk/client-kinesis';
import type { RecordLog } from './RecordLog.ts';

/** What GetRecords found, still packed, so that each way out of the fake unpacks it once, in its own form. */
export class ReadAnswer {
  readonly nextShardIterator: string | undefined;
  readonly millisBehindLatest: number;
  readonly childShards: readonly ChildShard[] | undefined;
  readonly #log: RecordLog;
  readonly #from: number;
  readonly #to: number;

  constructor(
    log: RecordLog,
    { from, to }: { readonly from: number; readonly to: number },
    answer: Pick<ReadAnswer, 'nextShardIterator' | 'millisBehindLatest' | 'childShards'>,
  ) {
    this.#log = log;
    this.#from = from;
    this.#to = to;
    this.nextShardIterator = answer.nextShardIterator;
    this.millisBehindLatest = answer.millisBehindLatest;
    this.childShards = answer.childShards;
  }

  /** The records as the SDK gives them. */
  records(): _Record[] {
    return this.#log.read(this.#from, this.#to).map(({ sequenceNumber, arrivalMs, partitionKey, data }) => ({
      SequenceNumber: sequenceNumber,
      ApproximateArrivalTimestamp: new Date(arrivalMs),
      Data: data,
      PartitionKey: partitionKey,
    }));
  }

  /** The whole answer in JSON 1.1, in memory of which `allocate` gives at least so many bytes. */
  json(allocate: (bytes: number) => Buffer): Buffer {
    const next = this.nextShardIterator === undefined ? '' : `"NextShardIterator":"${this.nextShardIterator}",`;
    const children = this.childShards ? `"ChildShards":${JSON.stringify(this.childShards)},` : '';
    const before = `{${next}${children}"MillisBehindLatest":${this.millisBehindLatest},"Records":[`;
    return this.#log.readJson(this.#from, this.#to, before, ']}', allocate);
  }
}
