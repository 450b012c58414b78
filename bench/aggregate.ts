import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { AggregateBuilder } from '../src/codec/aggregate/AggregateBuilder.ts';
import type { AggregatedRecord } from '../src/codec/aggregate/AggregatedRecord.ts';
import { decodeAggregate } from '../src/codec/aggregate/decodeAggregate.ts';
import { aggregateGain } from './aggregateGain.ts';
import { pairedRatio, type Round } from './pairedRatio.ts';

const RECORDS = 5_000;
const BYTES = 100;
const ROUND_MS = 250;

/** What is used here of `aws-kinesis-agg`, whose own types lack the half of it. */
interface KinesisAgg {
  RecordAggregator: new () => {
    checkIfUserRecordFits(record: AggregatedRecord): boolean;
    addUserRecord(record: AggregatedRecord): void;
    build(): { readonly data: Buffer };
  };
  deaggregateSync(
    record: { readonly data: Buffer; readonly sequenceNumber: string },
    computeChecksums: boolean,
    done: (error: unknown, records?: readonly unknown[]) => void,
  ): void;
}

/**
 * What aggregates gain, and how many times as many user records of 100 B a second are coded as by `aws-kinesis-agg`, each with a key of its own,
 * 5,000 to an aggregate.
 */
export async function aggregate(): Promise<Record<string, number>> {
  const peer = createRequire(import.meta.url)('aws-kinesis-agg') as KinesisAgg;
  const records = Array.from({ length: RECORDS }, (_, index) => ({
    partitionKey: `customer-${index}`,
    explicitHashKey: undefined,
    data: randomBytes(BYTES),
  }));

  const encode = (): Uint8Array => {
    const builder = new AggregateBuilder();
    for (const record of records) if (builder.sizeWith(record) <= 1024 * 1024) builder.add(record);
    return builder.encode();
  };
  const encodeByPeer = (): Uint8Array => {
    const aggregator = new peer.RecordAggregator();
    for (const record of records) if (aggregator.checkIfUserRecordFits(record)) aggregator.addUserRecord(record);
    return aggregator.build().data;
  };
  const data = Buffer.from(encode());
  if (!data.equals(encodeByPeer())) throw new Error('The two wrote different bytes.');

  const decodeByPeer = () =>
    peer.deaggregateSync({ data, sequenceNumber: '1' }, true, (error, { length } = []) => {
      if (error !== undefined || length !== RECORDS)
        throw new Error('aws-kinesis-agg did not decode.', { cause: error });
    });
  return {
    ...(await aggregateGain()),
    'aggregate-encode': await pairedRatio(recordsPerSecond(encodeByPeer), recordsPerSecond(encode)),
    'aggregate-decode': await pairedRatio(
      recordsPerSecond(decodeByPeer),
      recordsPerSecond(() => decodeAggregate(data)),
    ),
  };
}

function recordsPerSecond(work: () => unknown): Round {
  return () => {
    const startedMs = performance.now();
    let [rounds, nowMs] = [0, startedMs];
    while (nowMs - startedMs < ROUND_MS) {
      work();
      rounds += 1;
      nowMs = performance.now();
    }
    return Promise.resolve((rounds * RECORDS * 1_000) / (nowMs - startedMs));
  };
}
