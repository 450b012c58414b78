import { expect } from 'chai';
import { checkNumber, describe as describeValue } from '../../src/internal/checkNumber.ts';

describe('checkNumber', () => {
  const range = { min: 1, max: 10 };

  it('should return what lies in the range, its ends included', () => {
    expect([1, 5, 10].map((value) => checkNumber('maxRecords', value, range))).to.deep.equal([1, 5, 10]);
  });

  it('should throw a RangeError for what lies outside, naming option, range and value', () => {
    for (const value of [0, 11, -1, 2.5, Infinity]) {
      expect(() => checkNumber('maxRecords', value, range)).to.throw(
        RangeError,
        `maxRecords must be an integer from 1 to 10; got ${value}`,
      );
    }
  });

  it('should throw a TypeError for what is no number', () => {
    const wanted = 'maxRecords must be an integer from 1 to 10; got';
    for (const [value, got] of [
      ['5', '"5"'],
      [5n, '5n'],
      [NaN, 'NaN'],
      [undefined, 'undefined'],
      [null, 'null'],
      [[5], 'an array'],
      [{}, 'an object'],
      [() => 5, 'a function'],
    ] as const) {
      expect(() => checkNumber('maxRecords', value, range)).to.throw(TypeError, `${wanted} ${got}`);
    }
  });

  it('should allow fractions where they are allowed', () => {
    expect(checkNumber('ratio', 0.5, { min: 0, max: 1, fractions: true })).to.equal(0.5);
    expect(() => checkNumber('ratio', 1.5, { min: 0, max: 1, fractions: true })).to.throw(
      RangeError,
      'ratio must be a number from 0 to 1; got 1.5',
    );
  });

  it('should allow Infinity where the range does', () => {
    expect(checkNumber('maxRecords', Infinity, { min: 1, max: Infinity })).to.equal(Infinity);
  });
});

describe('describe', () => {
  it('should cut long strings', () => {
    expect(describeValue('a'.repeat(81))).to.equal(`"${'a'.repeat(77)}..."`);
    expect(describeValue('a'.repeat(80))).to.equal(`"${'a'.repeat(80)}"`);
  });
});
