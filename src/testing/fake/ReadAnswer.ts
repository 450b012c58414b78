import type { _Record, ChildShard } from '@aws-sdk/client-kinesis';
import { copyBytes, type RecordLog } from './RecordLog.ts';

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

  /** The records as the SDK gives them; their data is theirs alone. */
  records(): _Record[] {
    const records: _Record[] = [];
    this.#log.each(this.#from, this.#to, (SequenceNumber, arrivalMs, PartitionKey, bytes, start, end) => {
      records.push({
        SequenceNumber,
        ApproximateArrivalTimestamp: new Date(arrivalMs),
        Data: copyBytes(bytes, start, end),
        PartitionKey,
      });
    });
    return records;
  }

  /** The records in JSON 1.1, without the brackets around them. */
  recordsJson(): string {
    let json = '';
    this.#log.each(this.#from, this.#to, (sequence, arrivalMs, partitionKey, bytes, start, end) => {
      json +=
        `${json && ','}{"SequenceNumber":"${sequence}","ApproximateArrivalTimestamp":${arrivalMs / 1_000},` +
        `"Data":"${bytes.toString('base64', start, end)}","PartitionKey":${quote(partitionKey)}}`;
    });
    return json;
  }
}

// eslint-disable-next-line no-control-regex -- the characters that JSON escapes
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

const quote = (text: string) => (ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`);
