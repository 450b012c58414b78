import { expect } from 'chai';
import type { Codec } from '../../src/codec/Codec.ts';
import { json } from '../../src/codec/json.ts';
import { jsonLines } from '../../src/codec/jsonLines.ts';
import { jsonList } from '../../src/codec/jsonList.ts';
import { messagePack } from '../../src/codec/msgpack/messagePack.ts';
import { netstrings } from '../../src/codec/netstrings.ts';
import { text } from '../../src/codec/text.ts';
import { context } from './context.ts';

/*
 * What async-kinesis 3.0.1 (Python, with msgpack 1.2.4) writes for the two items
 *
 *   {'name': 'Zoë', 'path': 'a/b'}  and  [1, None, True, 1.5]
 *
 * by each of its processors, which join a serializer and an aggregator. JSON is written by ujson where that is installed, which escapes slashes and puts no
 * space after a comma or a colon, and else by Python's json; both escape what is not ASCII. NewlineAggregator ends each line, ListAggregator writes one
 * list, NetstringAggregator frames with `length:` and `,`; the others write an item a record.
 */
const items = [{ name: 'Zoë', path: 'a/b' }, [1, null, true, 1.5]];

const batches: readonly (readonly [string, Codec<readonly unknown[]>, string])[] = [
  ['JsonLineProcessor with ujson', jsonLines(), '{"name":"Zo\\u00eb","path":"a\\/b"}\n[1,null,true,1.5]\n'],
  ['JsonLineProcessor with json', jsonLines(), '{"name": "Zo\\u00eb", "path": "a/b"}\n[1, null, true, 1.5]\n'],
  ['JsonListProcessor with ujson', jsonList(), '[{"name":"Zo\\u00eb","path":"a\\/b"},[1,null,true,1.5]]'],
  ['JsonListProcessor with json', jsonList(), '[{"name": "Zo\\u00eb", "path": "a/b"}, [1, null, true, 1.5]]'],
  ['a NetstringAggregator of JSON', netstrings(json()), '33:{"name":"Zo\\u00eb","path":"a\\/b"},17:[1,null,true,1.5],'],
];

/** MsgpackProcessor: netstrings of what `msgpack.packb(item, use_bin_type=True)` gives, here in hexadecimal. */
const packed = {
  items: [
    { id: 7, name: 'Zoë' },
    [1, -2, 300, 70_000, 1_700_000_000_000, -5_000_000_000, 2n ** 63n, null, true, 1.5, Buffer.of(1, 2)],
  ],
  written: [
    '31353a', // 15:
    '82a2696407a46e616d65a45a6fc3ab', // a map of 2: id, 7, name, Zoë
    '2c35333a', // ,53:
    // A list of 11; the fifth, 1700000000000, is a uint64 (cf), and the last is binary (c4).
    '9b01fecd012cce00011170cf0000018bcfe56800d3fffffffed5fa0e00cf8000000000000000c0c3cb3ff8000000000000c4020102',
    '2c', // ,
  ].join(''),
};

describe('What async-kinesis writes', () => {
  for (const [processor, codec, written] of batches) {
    it(`should be read from ${processor} by ${codec.name}`, () => {
      expect(codec.decode(Buffer.from(written), context)).to.deep.equal(items);
    });
  }

  it('should be read from JsonProcessor by json', () => {
    for (const written of ['{"name":"Zo\\u00eb","path":"a\\/b"}', '{"name": "Zo\\u00eb", "path": "a/b"}']) {
      expect(json().decode(Buffer.from(written), context)).to.deep.equal(items[0]);
    }
  });

  it('should be read from StringProcessor by text', () => {
    expect(text().decode(Uint8Array.of(0x5a, 0x6f, 0xc3, 0xab), context)).to.equal('Zoë');
  });

  it('should be read from MsgpackProcessor by netstrings(messagePack)', () => {
    expect(netstrings(messagePack()).decode(Buffer.from(packed.written, 'hex'), context)).to.deep.equal(packed.items);
  });
});

describe('What async-kinesis reads', () => {
  it('should be written: a line each, one list, an item framed by its length, UTF-8', () => {
    const written = (codec: Codec<readonly unknown[]>) => Buffer.from(codec.encode(items, context)).toString();
    expect(written(jsonLines())).to.equal('{"name":"Zoë","path":"a/b"}\n[1,null,true,1.5]\n');
    expect(written(jsonList())).to.equal('[{"name":"Zoë","path":"a/b"},[1,null,true,1.5]]');
    expect(written(netstrings(json()))).to.equal('28:{"name":"Zoë","path":"a/b"},17:[1,null,true,1.5],');
  });

  // But for 1700000000000, a signed integer here (d3) and one without sign there (cf): Python reads both as the same int.
  it('should be written in MessagePack as Python writes it', () => {
    const written = Buffer.from(netstrings(messagePack()).encode(packed.items, context)).toString('hex');
    expect(written).to.equal(packed.written.replace('cf0000018bcfe56800', 'd30000018bcfe56800'));
  });
});
