import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import { formatProgress } from '../../../src/cli/demo/formatProgress.ts';
import type { Snapshot } from '../../../src/cli/demo/Snapshot.ts';

describe('formatProgress', () => {
  const done: Snapshot = {
    seconds: 21.6,
    records: 50_000,
    written: 50_000,
    distinct: 50_000,
    inFlight: 10_000,
    shards: [],
  };
  const widthAt = (columns?: number) => plain(done, columns).length;

  it('should have a bar of 32 where there is room', () => {
    expect(plain(done)).to.equal(
      `  21.6 s  ${'■'.repeat(32)}100%  written 50,000  read 50,000 of 50,000  in flight 10,000`,
    );
    expect(widthAt(200)).to.equal(widthAt());
  });

  it('should fit into a terminal of 80 columns', () => {
    expect(widthAt(80)).to.be.within(75, 80);
    expect(widthAt(90)).to.be.within(85, 90);
  });

  it('should keep the size of the bar while the figures grow', () => {
    const begun: Snapshot = { ...done, written: 0, distinct: 0, inFlight: 0 };
    expect(plain(begun, 80).indexOf('%')).to.equal(plain(done, 80).indexOf('%'));
  });
});

const plain = (...args: Parameters<typeof formatProgress>) => stripVTControlCharacters(formatProgress(...args));
