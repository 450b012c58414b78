import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { askYesNo } from '../../../src/cli/checkpoints/askYesNo.ts';

async function answered(typed: string, isTTY = true) {
  const [input, output] = [Object.assign(new PassThrough(), { isTTY }), new PassThrough()];
  input.end(typed);
  const answer = await askYesNo('Write this?', input, output);
  output.end();
  return { answer, said: await text(output) };
}

describe('askYesNo', () => {
  for (const typed of ['y\n', 'Y\n', ' yes \r\n', 'YES\nno\n']) {
    it(`should take ${JSON.stringify(typed)} for a yes`, async () => {
      expect(await answered(typed)).to.deep.equal({ answer: true, said: 'Write this? (y/N) ' });
    });
  }

  for (const typed of ['\n', 'n\n', 'no\n', 'yep\n', 'N\ny\n', 'okay\n', '']) {
    it(`should take ${JSON.stringify(typed)} for a no`, async () => {
      expect((await answered(typed)).answer).to.equal(false);
    });
  }

  it('should ask nothing where there is no terminal', async () => {
    expect(await answered('y\n', false)).to.deep.equal({ answer: undefined, said: '' });
  });
});
