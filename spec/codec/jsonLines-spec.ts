import { expect } from 'chai';
import fc from 'fast-check';
import { jsonLines } from '../../src/codec/jsonLines.ts';
import { context } from './context.ts';
import { survivesAnything } from './survivesAnything.ts';

const read = (written: string): readonly unknown[] => jsonLines().decode(Buffer.from(written), context);
const write = (list: unknown[]): string => Buffer.from(jsonLines().encode(list, context)).toString();

describe('jsonLines', () => {
  it('should read and write a value a line, in UTF-8', () => {
    expect(write([{ name: 'Zoë' }, 2, 'a\nb', null])).to.equal('{"name":"Zoë"}\n2\n"a\\nb"\nnull\n');
    expect(read('{"name":"Zoë"}\n2\n"a\\nb"\nnull\n')).to.deep.equal([{ name: 'Zoë' }, 2, 'a\nb', null]);
  });

  it('should write an empty list as nothing, and read nothing as an empty list', () => {
    expect(write([])).to.equal('');
    expect(read('')).to.deep.equal([]);
  });

  it('should decode what it encoded', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ stringUnit: 'binary' })), (list) => {
        // JSON has no -0, so what is compared is what JSON says of both.
        expect(JSON.stringify(read(write(list)))).to.equal(JSON.stringify(list));
      }),
    );
  });

  it('should read lines that end with CRLF, blank lines, a last line without an end, and a byte order mark', () => {
    expect(read('1\r\n2\r\n')).to.deep.equal([1, 2]);
    expect(read('\n1\n\r\n \t\n2\n\n')).to.deep.equal([1, 2]);
    expect(read('1\n2')).to.deep.equal([1, 2]);
    expect(read('\ufeff1\n2\n')).to.deep.equal([1, 2]);
  });

  it('should end a line at a newline and at nothing else', () => {
    expect(read('"\u2028\u2029\u0085"\n1\n')).to.deep.equal(['\u2028\u2029\u0085', 1]);
    expect(() => read('\u00a0\n1\n')).to.throw(SyntaxError, 'line 1 is not JSON');
  });

  it('should name the line that is not JSON, blank lines counted', () => {
    expect(() => read('1\n\n{"a":\n4\n')).to.throw(SyntaxError, /^line 3 is not JSON: .*end of JSON input/);
    expect(() => read('1 2')).to.throw(SyntaxError, 'line 1 is not JSON');
  });

  it('should name the line that is not UTF-8, and read on afterwards', () => {
    const codec = jsonLines();
    for (const [malformed, line] of [
      [[0x31, 0x0a, 0x22, 0xff, 0x22, 0x0a], 2],
      [[0x31, 0x0a, 0x0a, 0x22, 0xc3], 3],
      [[0xc3, 0x0a, 0x31], 1],
    ] as const) {
      expect(() => codec.decode(Uint8Array.from(malformed), context)).to.throw(
        TypeError,
        `line ${line} is not well-formed UTF-8`,
      );
      expect(codec.decode(Uint8Array.of(0x31), context)).to.deep.equal([1]);
    }
  });

  it('should name the value that JSON has no text for', () => {
    const wanted = 'must be something JSON can write';
    expect(() => write([1, undefined])).to.throw(TypeError, `value[1] ${wanted}; got undefined`);
    expect(() => write(new Array(1))).to.throw(TypeError, `value[0] ${wanted}; got undefined`);
    expect(() => write([() => 1])).to.throw(TypeError, `value[0] ${wanted}; got a function`);
    expect(() => write([0, 1, 2n])).to.throw(TypeError, `value[2] ${wanted}: Do not know how to serialize a BigInt`);
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(() => write([cycle])).to.throw(TypeError, `value[0] ${wanted}: Converting circular structure`);
  });

  it('should refuse to encode what is no array', () => {
    expect(() => write('ab' as unknown as string[])).to.throw(TypeError, 'value must be an array; got "ab"');
  });

  it('should read and write no more items than maxItems', () => {
    const codec = jsonLines({ maxItems: 2 });
    const message = 'an item follows the first 2, the bound of maxItems: give jsonLines a greater one';
    expect(codec.decode(Buffer.from('1\n\n2\n\n'), context)).to.deep.equal([1, 2]);
    expect(() => codec.decode(Buffer.from('1\n\n2\n3\n{'), context)).to.throw(RangeError, `line 4: ${message}`);
    expect(codec.encode([1, 2], context)).to.have.lengthOf(4);
    expect(() => codec.encode([1, 2, 3], context)).to.throw(RangeError, 'value has 3 items, more than 2');
    expect(() => read('{}\n'.repeat(1_000_001))).to.throw(
      RangeError,
      'line 1000001: an item follows the first 1000000',
    );
  });

  it('should refuse options that it does not have', () => {
    expect(() => jsonLines({ max: 1 } as object)).to.throw(TypeError, 'jsonLines has no option "max"; it has maxItems');
    expect(() => jsonLines({ maxItems: 0 })).to.throw(RangeError, 'maxItems must be an integer from 1 to 100000000');
  });

  it('should throw an Error or read a list, whatever the bytes', () => {
    survivesAnything(jsonLines(), ['1', '{"a":1}', '\n', '\r\n', '"', '[', 'null', ' ']);
  });
});
