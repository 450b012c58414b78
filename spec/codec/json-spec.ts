import { expect } from 'chai';
import fc from 'fast-check';
import { json } from '../../src/codec/json.ts';
import { context } from './context.ts';

describe('json', () => {
  it('should read and write JSON in UTF-8', () => {
    const codec = json<{ readonly name: string }>();
    expect(codec.decode(Buffer.from('{"name":"Zoë"}'), context)).to.deep.equal({ name: 'Zoë' });
    expect(Buffer.from(codec.encode({ name: 'Zoë' }, context)).toString()).to.equal('{"name":"Zoë"}');
  });

  it('should decode what it encoded', () => {
    const codec = json();
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        // JSON has no -0.
        const expected: unknown = Object.is(value, -0) ? 0 : value;
        expect(JSON.stringify(codec.decode(codec.encode(value, context), context))).to.equal(JSON.stringify(expected));
      }),
    );
  });

  it('should carry a lone surrogate', () => {
    const codec = json<string>();
    expect(codec.decode(codec.encode('\ud83d', context), context)).to.equal('\ud83d');
  });

  it('should pass over a byte order mark', () => {
    expect(json().decode(Uint8Array.of(0xef, 0xbb, 0xbf, 0x31), context)).to.equal(1);
  });

  it('should throw for malformed JSON, for no bytes at all and for malformed UTF-8', () => {
    expect(() => json().decode(Buffer.from('{"a":'), context)).to.throw(SyntaxError);
    expect(() => json().decode(new Uint8Array(), context)).to.throw(SyntaxError);
    expect(() => json().decode(Uint8Array.of(0x22, 0xff, 0x22), context)).to.throw(TypeError);
  });

  it('should refuse to encode what JSON has no text for', () => {
    const wanted = 'value must be something JSON can write; got';
    expect(() => json().encode(undefined, context)).to.throw(TypeError, `${wanted} undefined`);
    expect(() => json().encode(() => 1, context)).to.throw(TypeError, `${wanted} a function`);
    expect(() => json().encode(1n, context)).to.throw(TypeError);
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(() => json().encode(cycle, context)).to.throw(TypeError);
  });
});
