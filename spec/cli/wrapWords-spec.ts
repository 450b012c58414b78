import { expect } from 'chai';
import { describeDemo } from '../../src/cli/demo/describeDemo.ts';
import { wrapWords } from '../../src/cli/wrapWords.ts';

describe('wrapWords', () => {
  it('should break between words, and keep the breaks that are there', () => {
    expect(wrapWords('one two three\nfour', { columns: 8 })).to.equal('one two\nthree\nfour');
  });

  it('should leave a word whole that is longer than a line', () => {
    expect(wrapWords('a abcdefgh b', { columns: 5 })).to.equal('a\nabcdefgh\nb');
  });

  it('should not count colours', () => {
    expect(wrapWords('\u001b[31mone\u001b[39m two', { columns: 7 })).to.equal('\u001b[31mone\u001b[39m two');
  });

  it('should indent the lines after the first, within the width', () => {
    expect(wrapWords('one two three', { columns: 9, indent: 2 })).to.equal('one two\n  three');
  });

  it('should fit the introduction of the demo into terminals of any width, without a word cut', () => {
    for (const options of [
      { records: 50_000, shards: 4, seed: 1 },
      { records: 5_000_000, shards: 2, seed: 1 },
    ]) {
      const told = describeDemo(options);
      for (const columns of [40, 80, 97, 200]) {
        const lines = wrapWords(told, { columns }).split('\n');
        expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(columns);
        expect(lines.join(' ').split(/\s+/)).to.deep.equal(told.split(/\s+/));
        // No line is broken that had room for the next word: the text brings no breaks of its own but those between paragraphs.
        for (const [n, line] of lines.entries()) {
          const [next = ''] = lines[n + 1]?.split(' ') ?? [];
          if (line && next) expect(line.length + 1 + next.length, `${line} ${next}`).to.be.above(columns);
        }
      }
    }
  });
});
