import { expect } from 'chai';
import { InvalidArgumentError } from 'commander';
import { formatPlace } from '../../../src/cli/checkpoints/formatPlace.ts';
import { parsePlace, parseStart } from '../../../src/cli/checkpoints/parsePlace.ts';

const SEQUENCE_NUMBER = '49590338271490256608559692538361571095921575989136588898';

describe('parsePlace', () => {
  for (const [given, expected] of [
    ['TRIM_HORIZON', 'TRIM_HORIZON'],
    ['LATEST', 'LATEST'],
    ['SHARD_END', 'SHARD_END'],
    ['0', { sequenceNumber: '0', subSequenceNumber: 0 }],
    [SEQUENCE_NUMBER, { sequenceNumber: SEQUENCE_NUMBER, subSequenceNumber: 0 }],
    [`${SEQUENCE_NUMBER}:4999`, { sequenceNumber: SEQUENCE_NUMBER, subSequenceNumber: 4_999 }],
    ['2026-02-03T04:05:06.789Z', { atTimestamp: new Date('2026-02-03T04:05:06.789Z') }],
  ] as const) {
    it(`should read ${given}, as it is printed`, () => {
      expect(parsePlace(given)).to.deep.equal(expected);
      expect(formatPlace(parsePlace(given))).to.equal(given);
    });
  }

  it('should read times of any zone, and days in UTC', () => {
    const at = (given: string) => (parsePlace(given) as { readonly atTimestamp: Date }).atTimestamp.toISOString();
    expect(at('2026-02-03T04:05+01:00')).to.equal('2026-02-03T03:05:00.000Z');
    expect(at('2026-02-03T04:05:06Z')).to.equal('2026-02-03T04:05:06.000Z');
    expect(at('2026-02-03')).to.equal('2026-02-03T00:00:00.000Z');
  });

  for (const given of [
    '',
    '1e9',
    '-1',
    ' 1',
    '007',
    '1:',
    ':1',
    '1:-1',
    '1:1e3',
    '9'.repeat(130),
    `1:${'9'.repeat(16)}`,
    'latest',
    '0x10',
  ]) {
    it(`should refuse ${JSON.stringify(given)}, saying what it takes`, () => {
      expect(() => parsePlace(given)).to.throw(
        InvalidArgumentError,
        /sequence number of 1 to 129 digits, .*TRIM_HORIZON, LATEST, .*SHARD_END/,
      );
    });
  }

  for (const given of [
    '2026-02-03T04:05:06',
    '2026-02-30x',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00Z',
    '2026-02-03 04:05Z',
    '2026-2-3',
  ]) {
    it(`should refuse ${given}, which names no time for certain`, () => {
      expect(() => parsePlace(given)).to.throw(
        InvalidArgumentError,
        /a time with its zone, such as 2026-02-03T04:05:06Z/,
      );
    });
  }

  for (const given of ['2999-01-01T00:00:00Z', '1969-12-31T23:59:59Z']) {
    it(`should refuse ${given}, which Kinesis does not take`, () => {
      expect(() => parsePlace(given)).to.throw(InvalidArgumentError, /from 1970 to now, which is 20\d\d-.*Z/);
    });
  }
});

describe('parseStart', () => {
  it('should read a start, and no place in a shard', () => {
    expect(parseStart('LATEST')).to.equal('LATEST');
    expect(parseStart('2026-02-03')).to.deep.equal({ atTimestamp: new Date('2026-02-03') });
    for (const given of ['SHARD_END', '12', 'start']) {
      expect(() => parseStart(given)).to.throw(
        InvalidArgumentError,
        /TRIM_HORIZON, LATEST, or a time .*use checkpoints set/,
      );
    }
  });
});
