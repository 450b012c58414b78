import { expect } from 'chai';
import fc from 'fast-check';
import { AggregateBuilder } from '../../../src/codec/aggregate/AggregateBuilder.ts';
import { peer } from './peer.ts';
import { aggregateOf, userRecord, userRecords } from './userRecords.ts';

const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text));
const messageOf = (aggregate: Uint8Array) => aggregate.subarray(4, -16);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('AggregateBuilder', () => {
  it('should write the format to the byte', () => {
    const aggregate = aggregateOf([
      { partitionKey: 'b', explicitHashKey: undefined, data: bytesOf('one') },
      { partitionKey: '1', explicitHashKey: '340', data: bytesOf('') },
      { partitionKey: 'b', explicitHashKey: '340', data: bytesOf('ü') },
    ]);
    // prettier-ignore
    const message = [
      '0a0162', // partition_key_table: 'b'
      '0a0131', // partition_key_table: '1'
      '1203333430', // explicit_hash_key_table: '340'
      '1a07', '0800', '1a036f6e65', // records: key 0, 'one'
      '1a06', '0801', '1000', '1a00', // records: key 1, hash key 0, ''
      '1a08', '0800', '1000', '1a02c3bc', // records: key 0, hash key 0, 'ü'
    ].join('');
    expect(hex(aggregate)).to.equal(`f3899ac2${message}ca64232f96bf6d5764d74b477d1d7069`);
  });

  it('should write lengths and indexes of more than seven bits as varints', () => {
    const builder = new AggregateBuilder();
    for (let index = 0; index <= 300; index += 1) {
      builder.add({ partitionKey: `${index}`.padStart(3, '0'), explicitHashKey: undefined, data: new Uint8Array(0) });
    }
    builder.add({ partitionKey: '300', explicitHashKey: undefined, data: new Uint8Array(20_000) });
    // The last record: its length 20,007, key 300 (ac 02), and 20,000 bytes of data (a0 9c 01).
    expect(hex(messageOf(builder.encode()).subarray(-20_011, -20_000))).to.equal('1aa79c0108ac021aa09c01');
  });

  it('should be empty at first', () => {
    const builder = new AggregateBuilder();
    expect([builder.count, builder.bytes, builder.encode().byteLength]).to.deep.equal([0, 0, 0]);
  });

  it('should tell the size to the byte, before and after each record', () => {
    fc.assert(
      fc.property(userRecords, (records) => {
        const builder = new AggregateBuilder();
        for (const [index, record] of records.entries()) {
          const foretold = builder.sizeWith(record);
          expect(builder.sizeWith(record)).to.equal(foretold);
          builder.add(record);
          expect(builder.bytes).to.equal(foretold);
          expect(builder.count).to.equal(index + 1);
        }
        expect(builder.encode().byteLength).to.equal(builder.bytes);
      }),
    );
  });

  it('should tell the size to the byte where lengths grow by a byte', () => {
    for (const size of [0, 1, 120, 121, 122, 123, 124, 125, 127, 128, 16_376, 16_380, 16_384, 2_097_150, 2_097_160]) {
      const builder = new AggregateBuilder();
      const record = { partitionKey: 'k', explicitHashKey: '7', data: new Uint8Array(size) };
      const foretold = builder.sizeWith(record);
      builder.add(record);
      expect(builder.encode().byteLength, `${size} bytes of data`).to.equal(foretold);
    }
  });

  it('should tell the size to the byte where indexes grow by a byte', () => {
    const builder = new AggregateBuilder();
    for (let index = 0; index < 16_500; index += 1) {
      const record = { partitionKey: `${index}`, explicitHashKey: `${index}`, data: new Uint8Array(0) };
      const foretold = builder.sizeWith(record);
      builder.add(record);
      if (builder.bytes !== foretold) expect(builder.bytes, `record ${index}`).to.equal(foretold);
    }
    expect(builder.encode().byteLength).to.equal(builder.bytes);
  });

  it('should write what another implementation of protobuf reads as the same', () => {
    fc.assert(
      fc.property(userRecords, (records) => {
        const partitionKeys = [...new Set(records.map(({ partitionKey }) => partitionKey))];
        const hashKeys = [...new Set(records.flatMap(({ explicitHashKey = [] }) => explicitHashKey))];
        const message = peer.encodeMessage({
          partition_key_table: partitionKeys,
          explicit_hash_key_table: hashKeys,
          records: records.map(({ partitionKey, explicitHashKey, data }) => ({
            partition_key_index: partitionKeys.indexOf(partitionKey),
            ...(explicitHashKey !== undefined && { explicit_hash_key_index: hashKeys.indexOf(explicitHashKey) }),
            data,
          })),
        });
        expect(hex(messageOf(aggregateOf(records)))).to.equal(hex(message));
      }),
    );
  });

  it('should write the same bytes as aws-kinesis-agg, where that keeps the order of keys', () => {
    const wordLike = userRecord
      .filter(({ data }) => data.byteLength > 0)
      .map((record) => ({ ...record, partitionKey: `k${record.partitionKey}`, explicitHashKey: undefined }));
    fc.assert(
      fc.property(fc.array(wordLike, { minLength: 1, maxLength: 50 }), (records) => {
        expect(hex(aggregateOf(records))).to.equal(hex(peer.aggregate(records)));
      }),
    );
  });

  it('should write what aws-kinesis-agg reads', () => {
    // It takes the first hash key of the table for that of a record without one.
    const keyed = (explicitHashKey: string | undefined) =>
      userRecords.map((records) => records.map((record) => ({ ...record, explicitHashKey })));
    fc.assert(
      fc.property(fc.oneof(keyed(undefined), keyed('7')), (records) => {
        expect(peer.deaggregate(aggregateOf(records))).to.deep.equal(records);
      }),
    );
  });

  it('should give away memory of its own each time', () => {
    const builder = new AggregateBuilder();
    builder.add({ partitionKey: 'k', explicitHashKey: undefined, data: bytesOf('one') });
    const [first, second] = [builder.encode(), builder.encode()];
    expect(first.buffer).not.to.equal(second.buffer);
    expect(first.buffer.byteLength).to.equal(first.byteLength);
    builder.add({ partitionKey: 'k', explicitHashKey: undefined, data: bytesOf('two') });
    expect(hex(first)).to.equal(hex(second));
  });
});
