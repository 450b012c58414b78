import { expect } from 'chai';
import fc from 'fast-check';
import { bytes } from '../../src/codec/bytes.ts';
import { context } from './context.ts';

describe('bytes', () => {
  it('should hand out the very bytes that it was given', () => {
    const data = Uint8Array.of(1, 2, 3);
    expect(bytes().decode(data, context)).to.equal(data);
    expect(bytes().encode(data, context)).to.equal(data);
  });

  it('should decode what it encoded', () => {
    const codec = bytes();
    fc.assert(
      fc.property(fc.uint8Array(), (data) => {
        expect(codec.decode(codec.encode(data, context), context)).to.deep.equal(data);
      }),
    );
  });

  it('should refuse to encode what is no bytes', () => {
    expect(() => bytes().encode('abc' as unknown as Uint8Array, context)).to.throw(
      TypeError,
      'value must be a Uint8Array; got "abc"',
    );
  });
});
