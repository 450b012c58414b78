import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import { cutLine } from '../../src/cli/cutLine.ts';

describe('cutLine', () => {
  it('should leave a line that fits', () => {
    expect(cutLine('  one two', 9)).to.equal('  one two');
    expect(cutLine('', 9)).to.equal('');
  });

  it('should cut one that does not, within a word if need be, and keep its indent', () => {
    expect(cutLine('  one two', 8)).to.equal('  one t…');
    expect(cutLine('  one two', 7)).to.equal('  one …');
  });

  it('should not count colours, and end them where it cuts', () => {
    expect(cutLine('\u001b[31mone\u001b[39m two', 7)).to.equal('\u001b[31mone\u001b[39m two');
    expect(cutLine('\u001b[2mone two\u001b[22m', 5)).to.equal('\u001b[2mone \u001b[22m…');
  });

  it('should fit into any width', () => {
    for (let columns = 2; columns < 30; columns += 1) {
      expect(stripVTControlCharacters(cutLine('\u001b[31m■■■■\u001b[39m  12%  written 4', columns)).length).to.equal(
        Math.min(columns, 20),
      );
    }
  });
});
