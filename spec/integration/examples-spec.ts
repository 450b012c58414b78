import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { filesOf, root } from '../support/project.ts';

const run = promisify(execFile);

describe('docs/examples', function () {
  this.timeout(60_000);

  const examples = filesOf('docs/examples', '.ts');

  it('should be there', () => {
    expect(examples).to.have.length.above(0);
  });

  for (const path of examples) {
    it(`should run ${path} to its end`, async () => {
      // An example finds this package by the paths of tsconfig.json; that it also compiles against the packed one, the packed tarball's spec says.
      await run(process.execPath, ['--import', 'tsx', path], { cwd: root, timeout: 55_000 });
    });
  }
});
