import { expect } from 'chai';
import fc from 'fast-check';
import { decodeAggregate } from '../../../src/codec/aggregate/decodeAggregate.ts';
import { frame } from './frame.ts';
import { peer } from './peer.ts';
import { aggregateOf, userRecords } from './userRecords.ts';

/** An aggregate whose message is this, in hexadecimal digits. */
const framed = (...message: string[]) => frame(Buffer.from(message.join(''), 'hex'));
const decodeHex = (...message: string[]) => decodeAggregate(framed(...message));
const KEY = '0a016b'; // partition_key_table: 'k'
const HASH_KEY = '120137'; // explicit_hash_key_table: '7'
const RECORD = '1a0508001a0178'; // records: key 0, 'x'
const decoded = [{ partitionKey: 'k', explicitHashKey: undefined, data: Uint8Array.of(0x78) }];

describe('decodeAggregate', () => {
  it('should read the format to the byte', () => {
    expect(decodeHex(KEY, HASH_KEY, RECORD, '1a06080010001a00')).to.deep.equal([
      ...decoded,
      { partitionKey: 'k', explicitHashKey: '7', data: new Uint8Array(0) },
    ]);
  });

  it('should decode what was encoded', () => {
    fc.assert(
      fc.property(userRecords, (records) => {
        expect(decodeAggregate(aggregateOf(records))).to.deep.equal(records);
      }),
    );
  });

  it('should read what aws-kinesis-agg writes, where that keeps the order of keys', () => {
    const wordLike = userRecords.map((records) =>
      records.map(({ partitionKey, data }) => ({ partitionKey: `k${partitionKey}`, explicitHashKey: undefined, data })),
    );
    fc.assert(
      fc.property(wordLike, (records) => {
        expect(decodeAggregate(peer.aggregate(records))).to.deep.equal(records);
      }),
    );
  });

  it('should pass over tags', () => {
    const tags = [{ key: 'colour', value: 'red' }, { key: 'shape' }];
    const message = { partition_key_table: ['k'], records: [{ partition_key_index: 0, data: decoded[0]!.data, tags }] };
    expect(decodeAggregate(frame(peer.encodeMessage(message)))).to.deep.equal(decoded);
  });

  it('should give parts of the bytes, and copy nothing', () => {
    const data = framed(KEY, RECORD);
    const [record] = decodeAggregate(data) ?? [];
    expect(record?.data.buffer).to.equal(data.buffer);
    expect(record?.data.byteOffset).to.equal(data.byteOffset + data.byteLength - 17);
  });

  it('should read an aggregate that begins anywhere in its buffer', () => {
    const data = framed(KEY, RECORD);
    const padded = Buffer.concat([Buffer.alloc(3), data, Buffer.alloc(5)]);
    expect(decodeAggregate(padded.subarray(3, -5))).to.deep.equal(decoded);
  });

  describe('of valid messages that no known writer makes', () => {
    const unknown = {
      'a varint': '2001',
      'eight bytes': '210000000000000000',
      'four bytes': '2500000000',
      'a string': '2203aabbcc',
      'an empty group': '2324',
      'groups in a group': '232b2c20ff01220224aa333424',
      'a field with a number of 29 bits': 'f8ffffff0f01',
    };
    for (const [name, field] of Object.entries(unknown)) {
      it(`should pass over an unknown field with ${name}, wherever it stands`, () => {
        const inner = `1a${(5 + field.length / 2).toString(16).padStart(2, '0')}${field}08001a0178`;
        expect(decodeHex(field, KEY, field, RECORD, inner, field)).to.deep.equal([...decoded, ...decoded]);
      });
    }

    it('should take a known field that is written in another way for an unknown one', () => {
      expect(decodeHex('0801', '1001', '1801', KEY, RECORD)).to.deep.equal(decoded);
      // A packed index is none, and the record lacks it.
      expect(decodeHex(KEY, '1a060a01001a0178')).to.equal(undefined);
    });

    it('should read tables behind the records', () => {
      expect(decodeHex(RECORD, KEY)).to.deep.equal(decoded);
    });

    it('should read varints with more bytes than they need', () => {
      expect(decodeHex(KEY, '1a06', '088000', '1a0178')).to.deep.equal(decoded);
      expect(decodeHex(KEY, '1a0e', '0880808080808080808000', '1a0178')).to.deep.equal(decoded);
    });

    it('should let the last of a field count that stands twice', () => {
      expect(decodeHex(KEY, '1a0c', '0805', '1a03aabbcc', '1a0178', '0800')).to.deep.equal(decoded);
    });

    it('should have no records where the message has none, as the KCL', () => {
      expect(decodeHex(KEY)).to.deep.equal([]);
      expect(decodeHex('2001')).to.deep.equal([]);
    });

    it('should replace what is not UTF-8 in a key, and keep the data', () => {
      expect(decodeHex('0a02ff6b', RECORD)).to.deep.equal([{ ...decoded[0], partitionKey: '\ufffdk' }]);
    });
  });

  describe('of what is none', () => {
    it('should say so of what does not begin with the magic', () => {
      const aggregate = framed(KEY, RECORD);
      for (let index = 0; index < 4; index += 1) {
        const data = Uint8Array.from(aggregate);
        data[index]! ^= 1;
        expect(decodeAggregate(data), `byte ${index}`).to.equal(undefined);
      }
    });

    it('should say so of a wrong MD5', () => {
      for (let bit = 0; bit < 128; bit += 1) {
        const data = Uint8Array.from(framed(KEY, RECORD));
        data[data.length - 16 + (bit >> 3)]! ^= 1 << (bit & 7);
        expect(decodeAggregate(data), `bit ${bit}`).to.equal(undefined);
      }
    });

    it('should say so of an aggregate that was cut off, and of the magic alone', () => {
      const aggregate = framed(KEY, RECORD);
      for (let length = 0; length < aggregate.length; length += 1) {
        expect(decodeAggregate(aggregate.subarray(0, length)), `${length} bytes`).to.equal(undefined);
      }
    });

    it('should say so of an empty message, as the KCL', () => {
      expect(decodeHex('')).to.equal(undefined);
    });

    const malformed: Readonly<Record<string, string[]>> = {
      'a partition key index beyond its table': [KEY, '1a0508011a0178'],
      'an index without a table': [RECORD],
      'an explicit hash key index beyond its table': [KEY, HASH_KEY, '1a07080010011a0178'],
      'an index of 2^32, which is 0 in 32 bits': [KEY, '1a09', '088080808010', '1a0178'],
      'an index of 2^64 - 1': [KEY, '1a0e', '08ffffffffffffffffff01', '1a0178'],
      'a record without an index': [KEY, '1a03', '1a0178'],
      'a record without data': [KEY, '1a02', '0800'],
      'an empty record': [KEY, '1a00'],
      'a message that is cut off in a record': [KEY, '1a0508001a01'],
      'a record whose data reach beyond it': [KEY, '1a0508001a0278', KEY],
      'a key longer than the message': ['0a7f6b'],
      'a length of 2^31 - 1': [KEY, RECORD, '0affffffff07'],
      'a length of 2^32 - 1, which is -1 in 32 bits': [KEY, RECORD, '0affffffff0f'],
      'a length of 2^63': [KEY, RECORD, '0a80808080808080808001'],
      'a length of 2^64 - 1, which is -1 in 64 bits': [KEY, RECORD, '0affffffffffffffffff01'],
      'a varint of eleven bytes': [KEY, RECORD, '20ffffffffffffffffffff01'],
      'a varint that does not end': [KEY, RECORD, '20ffff'],
      'a tag without a value': [KEY, RECORD, '20'],
      'field number 0': [KEY, RECORD, '0001'],
      'a tag of 33 bits': [KEY, RECORD, 'a08080801001'],
      'wire type 6': [KEY, RECORD, '26'],
      'wire type 7': [KEY, RECORD, '27'],
      'seven bytes of eight': [KEY, RECORD, '2100000000000000'],
      'three bytes of four': [KEY, RECORD, '25000000'],
      'a group without an end': [KEY, RECORD, '23'],
      'a group with the end of another': [KEY, RECORD, '232c'],
      'the end of no group': [KEY, RECORD, '24'],
      'a record whose group ends behind it': [KEY, '1a06', '08001a017823', '24'],
      'groups 101 deep': [KEY, RECORD, '23'.repeat(101), '24'.repeat(101)],
    };
    for (const [name, message] of Object.entries(malformed)) {
      it(`should say so of ${name}`, () => {
        expect(decodeHex(...message)).to.equal(undefined);
      });
    }

    it('should go into groups 100 deep and stop there', () => {
      expect(decodeHex(KEY, RECORD, '23'.repeat(100), '24'.repeat(100))).to.deep.equal(decoded);
      expect(decodeHex(KEY, RECORD, '23'.repeat(500_000))).to.equal(undefined);
    });
  });

  describe('of anything', () => {
    /** What holds for every answer: parts of the bytes, none of them twice as a whole. */
    function check(data: Uint8Array): void {
      const records = decodeAggregate(data);
      let bytes = 0;
      for (const record of records ?? []) {
        expect(record.partitionKey).to.be.a('string');
        expect(record.data.buffer).to.equal(data.buffer);
        expect(record.data.byteOffset).to.be.at.least(data.byteOffset + 4);
        bytes += record.data.byteLength + 4;
      }
      expect(bytes).to.be.at.most(data.byteLength);
    }

    it('should not throw for messages of random bytes with the right MD5', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 400 }), (message) => {
          check(frame(message));
        }),
        { numRuns: 500 },
      );
    });

    it('should not throw for messages of random fields', () => {
      const varint = fc.bigInt(0n, 2n ** 64n - 1n).map((value) => {
        const out: number[] = [];
        for (let rest = value; ; rest >>= 7n) {
          if (rest < 0x80n) return [...out, Number(rest)];
          out.push(Number(rest & 0x7fn) | 0x80);
        }
      });
      const piece = fc.oneof(
        fc.constantFrom([0x0a, 1, 0x6b], [0x12, 1, 0x37], [0x1a, 5, 8, 0, 0x1a, 1, 0x78], [0x1a, 4, 8, 0, 0x1a, 0]),
        fc.constantFrom([0x0a], [0x12], [0x1a], [0x08], [0x10], [0x22], [0x23], [0x24], [0x21], [0x25]),
        varint,
      );
      fc.assert(
        fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
          check(frame(Uint8Array.from(pieces.flat())));
        }),
        { numRuns: 500 },
      );
    });

    it('should not throw for aggregates with some bytes changed, cut out or put in, and the MD5 put right', () => {
      const change = fc.tuple(fc.nat(), fc.nat(3), fc.uint8Array({ maxLength: 11 }));
      const some = userRecords.filter(({ length }) => length < 20);
      fc.assert(
        fc.property(some, fc.array(change, { minLength: 1, maxLength: 4 }), (records, changes) => {
          let message = aggregateOf(records).slice(4, -16);
          for (const [place, cut, put] of changes) {
            const at = place % (message.byteLength + 1);
            message = Buffer.concat([message.subarray(0, at), put, message.subarray(at + cut)]);
          }
          check(frame(message));
        }),
        { numRuns: 500 },
      );
    });

    it('should agree with another implementation of protobuf on what it takes for whole', () => {
      fc.assert(
        fc.property(userRecords, fc.nat(), fc.integer({ min: 0, max: 255 }), (records, place, byte) => {
          const message = aggregateOf(records.slice(0, 10)).slice(4, -16);
          message[place % message.byteLength] = byte;
          const found = decodeAggregate(frame(message));
          if (found) expect(() => peer.decodeMessage(message)).not.to.throw();
        }),
        { numRuns: 500 },
      );
    });
  });
});
