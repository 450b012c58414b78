import { expect } from 'chai';
import { map, of } from 'rxjs';
import { bytes } from '../../src/codec/bytes.ts';
import type { CodecContext } from '../../src/codec/Codec.ts';
import { json } from '../../src/codec/json.ts';
import { DecodeError } from '../../src/errors/DecodeError.ts';
import { decodeRecords, decodeWith } from '../../src/record/decodeRecords.ts';
import { recordFactory } from '../../src/testing/recordFactory.ts';
import { marbles } from '../support/marbles.ts';

const BYTES: Record<string, Uint8Array> = { a: Buffer.from('1'), b: Buffer.from('[2]'), x: Buffer.from('{') };

describe('decodeRecords', () => {
  it(
    'should emit each record with its data decoded',
    marbles(({ cold, expectObservable }) => {
      const source = cold('a-b-|', BYTES);
      const expected = '   a-b-|';
      const result = source.pipe(
        map((data) => recordFactory()(data)),
        decodeRecords(json(), 'fail'),
        map(({ data }) => data),
      );
      expectObservable(result).toBe(expected, { a: 1, b: [2] });
    }),
  );

  it('should error with an error that names record and codec', () => {
    const make = recordFactory({ streamName: 'orders' });
    const record = make(BYTES.x!, { subSequenceNumber: 4 });
    let caught: unknown;
    of(record)
      .pipe(decodeRecords(json(), 'fail'))
      .subscribe({ error: (error: unknown) => (caught = error) });
    expect(caught).to.be.instanceOf(DecodeError);
    const { sequenceNumber, shardId } = record;
    expect(caught).to.include({ name: 'DecodeError', codec: 'json', streamName: 'orders', shardId, sequenceNumber });
    expect((caught as Error).cause).to.be.instanceOf(SyntaxError);
    expect((caught as Error).message)
      .to.include(`record ${sequenceNumber} (number 4 in its aggregate) of shard ${shardId} of stream orders`)
      .and.include('codec json');
    expect(make.settled).to.be.empty;
  });

  it(
    'should give the bytes to the dead letter',
    marbles(({ cold, expectObservable, flush }) => {
      const make = recordFactory();
      const source = cold('a-x-b-|  ', BYTES);
      const letter = cold('  -----| ');
      const expected = '   a---b--| ';
      const letters: unknown[] = [];
      const result = source.pipe(
        map((data) => make(data)),
        decodeRecords(json(), ({ data }, error) => {
          letters.push(data, error);
          return letter;
        }),
        map(({ data }) => data),
      );
      expectObservable(result).toBe(expected, { a: 1, b: [2] });
      flush();
      expect(letters[0]).to.equal(BYTES.x);
      expect(letters[1]).to.be.instanceOf(DecodeError);
      expect(make.settled.map(({ data }) => data)).to.deep.equal([BYTES.x]);
    }),
  );
});

describe('decodeWith', () => {
  it('should make no second record where the data stays the same', () => {
    const record = recordFactory()(BYTES.a!);
    expect(decodeWith(bytes())(record)).to.equal(record);
  });

  it('should tell the codec where the data comes from', () => {
    const contexts: CodecContext[] = [];
    const codec = { ...json(), decode: (_: Uint8Array, context: CodecContext) => contexts.push(context) };
    decodeWith(codec)(recordFactory({ streamName: 'orders', shardId: 'shardId-7', partitionKey: 'k' })(BYTES.a!));
    expect(contexts[0]).to.include({ streamName: 'orders', shardId: 'shardId-7', partitionKey: 'k' });
  });
});
