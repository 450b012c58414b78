import { createRequire } from 'node:module';
import type { AggregatedRecord } from '../../../src/codec/aggregate/AggregatedRecord.ts';

/** A message of the format, as the fields of its definition are called. */
export interface Message {
  readonly partition_key_table?: readonly string[];
  readonly explicit_hash_key_table?: readonly string[];
  readonly records?: readonly {
    readonly partition_key_index: number;
    readonly explicit_hash_key_index?: number;
    readonly data: Uint8Array;
    readonly tags?: readonly { readonly key: string; readonly value?: string }[];
  }[];
}

interface UserRecord {
  readonly partitionKey: string;
  readonly explicitPartitionKey?: string;
  readonly subSequenceNumber: number;
  readonly data: string;
}

interface Aggregator {
  addUserRecord(record: AggregatedRecord): void;
  build(): { readonly data: Buffer };
}

const require = createRequire(import.meta.url);
const agg = require('aws-kinesis-agg') as {
  readonly RecordAggregator: new () => Aggregator;
  deaggregateSync(
    record: { readonly data: Buffer; readonly sequenceNumber: string },
    computeChecksums: boolean,
    done: (error: unknown, records: readonly UserRecord[]) => void,
  ): void;
};
const common = require('aws-kinesis-agg/lib/common') as {
  AggregatedRecord: {
    encode(message: Message): { finish(): Uint8Array };
    decode(bytes: Uint8Array): { toJSON(): unknown };
  };
};

/** Another implementation of the format: `aws-kinesis-agg`, and the protobuf library and the definition that it brings. */
export const peer = {
  encodeMessage: (message: Message): Uint8Array => common.AggregatedRecord.encode(message).finish(),
  /** The message as JSON, with bytes in base64. */
  decodeMessage: (bytes: Uint8Array): unknown => common.AggregatedRecord.decode(bytes).toJSON(),

  aggregate(records: readonly AggregatedRecord[]): Uint8Array {
    const aggregator = new agg.RecordAggregator();
    for (const record of records) aggregator.addUserRecord(record);
    return aggregator.build().data;
  },

  deaggregate(data: Uint8Array): AggregatedRecord[] {
    let found: readonly UserRecord[] = [];
    agg.deaggregateSync({ data: Buffer.from(data), sequenceNumber: '1' }, true, (error, records) => {
      if (error) throw error as Error;
      found = records;
    });
    return found.map(({ partitionKey, explicitPartitionKey, data: text }) => ({
      partitionKey,
      explicitHashKey: explicitPartitionKey,
      data: Uint8Array.from(Buffer.from(text, 'base64')),
    }));
  },
};
