import { expect } from 'chai';
import fc from 'fast-check';
import { messagePack } from '../../../src/codec/msgpack/messagePack.ts';
import { context } from '../context.ts';
import { survivesAnything } from '../survivesAnything.ts';

const codec = messagePack();
const write = (value: unknown): string => Buffer.from(codec.encode(value, context)).toString('hex');
const read = (hex: string): unknown => codec.decode(Buffer.from(hex.replaceAll(' ', ''), 'hex'), context);
const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

class Point {
  readonly x: number;
  constructor(x: number) {
    this.x = x;
  }
}

class Hidden {
  readonly #x = 1;
  get x(): number {
    return this.#x;
  }
}

/** Bytes as the specification has them, with what they come back as. */
const forms: readonly (readonly [string, unknown, string, unknown?])[] = [
  ['nil', null, 'c0'],
  ['booleans', [true, false], '92 c3 c2'],
  ['small integers', [0, 127, -1, -32], '94 00 7f ff e0'],
  ['integers of 8 bits', [200, -33], '92 cc c8 d0 df'],
  ['integers of 16 bits', [300, -300], '92 cd 01 2c d1 fe d4'],
  ['integers of 32 bits', [70_000, 4_294_967_295, -70_000], '93 ce 00 01 11 70 ce ff ff ff ff d2 ff fe ee 90'],
  [
    'whole numbers beyond 32 bits',
    [1_700_000_000_000, -5_000_000_000],
    '92 d3 00 00 01 8b cf e5 68 00 d3 ff ff ff fe d5 fa 0e 00',
  ],
  ['floats', [1.5, NaN], '92 cb 3f f8 00 00 00 00 00 00 cb 7f f8 00 00 00 00 00 00'],
  ['bigints beyond 2^53', [2n ** 63n, -(2n ** 63n)], '92 cf 80 00 00 00 00 00 00 00 d3 80 00 00 00 00 00 00 00'],
  ['bigints up to 2^53', 5n, 'd3 00 00 00 00 00 00 00 05', 5],
  ['text', 'Zoë', 'a4 5a 6f c3 ab'],
  ['binary', Uint8Array.of(1, 2), 'c4 02 01 02', Buffer.of(1, 2)],
  ['objects', { id: 7, name: 'x' }, '82 a2 69 64 07 a4 6e 61 6d 65 a1 78'],
  ['undefined fields', { a: undefined, b: 1 }, '81 a1 62 01', { b: 1 }],
  ['maps', new Map<unknown, unknown>([[1, 'a'], ['b', 2]]), '82 01 a1 61 a1 62 02', { 1: 'a', b: 2 }], // prettier-ignore
  ['dates in whole seconds', new Date(0), 'd6 ff 00 00 00 00'],
  ['dates', new Date(1_700_000_000_123), 'd7 ff 1d 53 53 00 65 53 f1 00'],
  ['dates before 1970', new Date(-5), 'c7 0c ff 3b 4e 7e c0 ff ff ff ff ff ff ff ff'],
  ['numbers in a box', new Number(5), '05', 5],
  ['texts in a box', [new String('ab')], '91 a2 61 62', ['ab']],
  ['booleans in a box', { a: new Boolean(false) }, '81 a1 61 c2', { a: false }],
  ['bigints in a box', Object(5n), 'd3 00 00 00 00 00 00 00 05', 5],
  ['objects without a prototype', Object.create(null), '80', {}],
  ['objects of a class, by their fields', new Point(1), '81 a1 78 01', { x: 1 }],
  ['what has a toJSON', { toJSON: () => ['a'] }, '91 a1 61', ['a']],
];

describe('messagePack', () => {
  for (const [what, value, hex, back = value] of forms) {
    it(`should write and read ${what} as the specification has it`, () => {
      expect(write(value)).to.equal(hex.replaceAll(' ', ''));
      expect(read(hex)).to.deep.equal(back);
    });
  }

  it('should read integers of 64 bits without sign, as other languages write them, as numbers where that is exact', () => {
    expect(read('cf 00 00 01 8b cf e5 68 00')).to.equal(1_700_000_000_000);
    expect(read('cf 7f ff ff ff ff ff ff ff')).to.equal(2n ** 63n - 1n);
  });

  it('should write large objects, lists, texts and binaries', () => {
    const many = Array.from({ length: 70_000 }, (_, n) => n);
    const value = {
      many,
      object: Object.fromEntries(many.map((n) => [`k${n}`, n])),
      text: 'ü'.repeat(70_000),
      binary: Buffer.alloc(70_000, 7),
    };
    expect(codec.decode(codec.encode(value, context), context)).to.deep.equal(value);
  });

  it('should decode what it encoded', () => {
    const key = fc.string({ unit: 'grapheme' }).filter((name) => !['__proto__', 'toJSON'].includes(name));
    const leaf = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.maxSafeInteger().map((n) => n + 0),
      fc.double().map((n) => n + 0), // MessagePack's integers have no -0
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array().map((data) => Buffer.from(data)),
      fc.date({ noInvalidDate: true }),
      fc.bigInt({ min: 2n ** 53n + 1n, max: 2n ** 64n - 1n }),
    );
    const { value: anything } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('value')),
        fc.dictionary(key, tie('value'), { noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(anything, (value) => {
        expect(codec.decode(codec.encode(value, context), context)).to.deep.equal(value);
      }),
    );
  });

  it('should not change what was encoded before', () => {
    const first = codec.encode({ a: 'first' }, context);
    const before = [...first];
    for (let n = 0; n < 10_000; n += 1) codec.encode({ n, a: 'later' }, context);
    expect([...first]).to.deep.equal(before);
  });

  for (const [what, value, message] of [
    ['undefined', undefined, 'value must be something plain MessagePack can write; got undefined'],
    [
      'undefined in a list',
      { a: [1, undefined] },
      'value.a[1] must be something plain MessagePack can write; got undefined',
    ],
    ['a function', { 'a b': () => 1 }, 'value["a b"] must be something plain MessagePack can write; got a function'],
    ['a Set', new Set([1]), 'value must be something plain MessagePack can write; got [object Set]'],
    ['an array of floats', Float64Array.of(1), 'got [object Float64Array]'],
    ['an Error', [new Error('x')], 'value[0] must be something plain MessagePack can write; got [object Error]'],
    ['a lone surrogate', { a: '\ud83d' }, 'value.a must be well-formed Unicode; got a lone surrogate'],
    ['a lone surrogate in a key', { '\ud83d': 1 }, 'value must be well-formed Unicode; got a lone surrogate'],
    ['a bigint beyond 64 bits', [2n ** 64n], 'value[0] must be from -2^63 to 2^64 - 1; got 18446744073709551616'],
    ['an invalid Date', new Date(NaN), 'value must be a valid Date'],
    ['a Map keyed by objects', new Map([[{}, 1]]), 'the keys of value must be strings or numbers; got an object'],
    ['a Map whose keys become the same', new Map<unknown, unknown>([[1, 'a'], ['1', 'b']]), 'the keys of value must differ as strings; two are "1"'], // prettier-ignore
    ['a Map whose numbers become the same', { m: new Map<unknown, unknown>([[1, 'a'], [1n, 'b']]) }, 'the keys of value.m must differ'], // prettier-ignore
    ['search parameters', { q: new URLSearchParams('a=b') }, 'value.q must be something plain MessagePack can write; got [object URLSearchParams]'], // prettier-ignore
    ['an object of a class without fields', [new Hidden()], 'value[0] must be something plain MessagePack can write; got an object of class Hidden, which has no fields'], // prettier-ignore
    [
      'a symbol in a box',
      Object(Symbol('s')),
      'value must be something plain MessagePack can write; got [object Symbol]',
    ],
    [
      'an object of a class without a name',
      Object.create(Object.create(Object.create(null) as object) as object),
      'got an object of a class, which has no fields',
    ],
    ['an iterator', new Map().keys(), 'got [object Map Iterator]'],
    ['a lone surrogate in a box', new String('\ud83d'), 'value must be well-formed Unicode; got a lone surrogate'],
    ['a field __proto__', JSON.parse('{"__proto__":1}'), 'value must have no field __proto__'],
    ['what is nested too deep', nested(513), 'value is nested more than 512 deep, or in itself'],
  ] as const) {
    it(`should refuse to encode ${what}`, () => {
      expect(() => codec.encode(value, context)).to.throw(Error, message);
    });
  }

  it('should take what is nested 512 deep', () => {
    expect(codec.decode(codec.encode(nested(512), context), context)).to.deep.equal(nested(512));
  });

  for (const [what, hex, message] of [
    ['nothing', '', 'byte 0: a value was expected; got the end of the data'],
    ['a list that is cut', '93 01 02', 'byte 0: 3 values are announced; the data ends within it'],
    ['a list that ends inside', '92 91 01', 'byte 3: a value was expected; got the end of the data'],
    ['a length that is cut', '91 da 01', 'byte 1: a length was expected; the data ends within it'],
    ['a text that is cut', '91 a3 61', 'byte 1: 3 bytes are announced; the data ends within it'],
    ['a second value', '01 02', 'byte 1: the value ends here, and 1 bytes follow'],
    ['a byte that starts nothing', '91 c1', 'byte 1: 0xc1 starts no value'],
    ['malformed UTF-8', '92 01 a2 c3 28', 'byte 2: the string is not well-formed UTF-8'],
    ['a huge list', 'dd ff ff ff ff 01', 'byte 0: 4294967295 values are announced'],
    ['a huge map', 'df 7f ff ff ff 01', 'byte 0: 4294967294 values are announced'],
    ['huge lists in one another', 'dd 01 ff ff ff '.repeat(50), 'byte 0: 33554431 values are announced'],
    ['what is nested too deep', `${'91 '.repeat(513)}01`, 'byte 512: values are nested more than 512 deep'],
    ['a record of msgpackr', 'd4 72 40 91 a1 61 01', 'byte 0: extension type 114 is not plain MessagePack'],
    ['a regular expression of msgpackr', 'd4 78 00 92 a1 61 a0', 'byte 0: extension type 120 is not'],
    ['an extension of a length', 'c7 02 05 01 02', 'byte 0: extension type 5 is not plain MessagePack'],
    ['a key that is nil', '81 c0 01', 'byte 1: a key must be a string or a number; got nil'],
    ['a key that is a boolean', '82 a1 61 01 c3 01', 'byte 4: a key must be a string or a number; got boolean'],
    ['a key that is binary', '81 c4 01 05 01', 'byte 1: a key must be a string or a number; got binary'],
    ['a key that is a list', '91 81 91 c0 01', 'byte 2: a key must be a string or a number; got array'],
    ['a key that is a map', 'de 00 01 80 01', 'byte 3: a key must be a string or a number; got map'],
    ['a key that is a date', '81 d6 ff 00 00 00 01 01', 'byte 1: a key must be a string or a number; got extension'],
    ['a key __proto__', '81 a9 5f 5f 70 72 6f 74 6f 5f 5f 80', 'byte 1: the key is __proto__, which no object'],
    ['a long key __proto__', '81 d9 09 5f 5f 70 72 6f 74 6f 5f 5f 01', 'byte 1: the key is __proto__'],
    ['a timestamp of no known length', 'd4 ff 00', 'byte 0: a timestamp of 1 bytes is not plain MessagePack'],
  ] as const) {
    it(`should refuse to decode ${what}, and name the byte`, () => {
      expect(() => read(hex)).to.throw(SyntaxError, message);
    });
  }

  it('should read and write no more values than maxValues, keys included', () => {
    const small = messagePack({ maxValues: 5 });
    for (const value of [[1, 2, 3, 4], { a: [], b: null }]) {
      expect(small.decode(small.encode(value, context), context)).to.deep.equal(value);
    }
    const message = 'a value follows the first 5, the bound of maxValues';
    for (const [value, offset] of [
      [[1, 2, 3, 4, 5], 5],
      [{ a: 1, b: [2] }, 7],
    ] as const) {
      // prettier-ignore
      expect(() => small.decode(codec.encode(value, context), context)).to.throw(RangeError, `byte ${offset}: ${message}`);
      expect(() => small.encode(value, context)).to.throw(RangeError, message);
    }
  });

  it('should refuse a list of many empty maps in a small record', () => {
    const data = Buffer.alloc(1_000_005, 0x80);
    Buffer.from('dd000f4240', 'hex').copy(data);
    expect(() => codec.decode(data, context)).to.throw(RangeError, 'byte 1000004: a value follows the first 1000000');
  });

  for (const key of ['cd 01 40', 'a3 33 32 30', 'ca 43 a0 00 00', 'd3 00 00 00 00 00 00 01 40']) {
    it(`should count the room that an object has below an element that stands alone: ${key}`, () => {
      const map = `81 ${key} c0`;
      expect(messagePack({ maxValues: 83 }).decode(Buffer.from(map.replaceAll(' ', ''), 'hex'), context)).to.deep.equal(
        { 320: null },
      );
      expect(() =>
        messagePack({ maxValues: 82 }).decode(Buffer.from(map.replaceAll(' ', ''), 'hex'), context),
      ).to.throw(RangeError);
    });
  }

  it('should count no room below elements that lie far apart, or for keys that are no elements', () => {
    const value = { 5000: 1, 4_000_000_000: 2, '-7': 3, '1.5': 4, '1a': 5, '': 6 };
    const small = messagePack({ maxValues: 13 });
    expect(small.decode(small.encode(value, context), context)).to.deep.equal(value);
  });

  it('should refuse options that it does not have', () => {
    expect(() => messagePack({ max: 1 } as object)).to.throw(
      TypeError,
      'messagePack has no option "max"; it has maxValues',
    );
    expect(() => messagePack({ maxValues: 0 })).to.throw(
      RangeError,
      'maxValues must be an integer from 1 to 100000000; got 0',
    );
  });

  it('should throw an Error or read a value, whatever the bytes', () => {
    const heads = Array.from({ length: 0x60 }, (_, n) => Uint8Array.of(0x80 + n));
    survivesAnything(codec, [...heads, 'ab', Buffer.of(0), Buffer.of(0, 0, 0, 1), Buffer.of(255, 255, 255, 255)]);
  });
});
