import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { codeBlocksOfMarkdown, filesInMarkdown, textsOfMarkdown } from '../support/codeBlocks.ts';
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

describe('docs/guides/testing-your-code.md', function () {
  this.timeout(60_000);

  const programs = codeBlocksOfMarkdown('docs/guides/testing-your-code.md').filter(({ code }) =>
    code.startsWith('import assert'),
  );
  let folder: string;

  before(() => {
    folder = belowRoot();
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('should have tests that run', () => {
    expect(programs).to.have.length.above(3);
  });

  for (const { line, code } of programs) {
    it(`should have a test in line ${line} that passes`, async () => {
      const file = join(folder, `line-${line}.ts`);
      writeFileSync(file, code);
      await run(process.execPath, ['--import', 'tsx', file], { cwd: root, timeout: 55_000 });
    });
  }
});

describe('docs/guides/getting-started.md', function () {
  this.timeout(60_000);

  const page = 'docs/guides/getting-started.md';
  let folder: string;

  before(() => {
    folder = belowRoot();
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('should make one file that runs, ends by itself, and prints what the guide says', async () => {
    const files = filesInMarkdown(page);
    expect([...files.keys()]).to.deep.equal(['orders.ts']);
    const file = join(folder, 'orders.ts');
    writeFileSync(file, files.get('orders.ts')!);
    const args = ['--import', 'tsx', '--no-warnings', file];

    const { stdout, stderr } = await run(process.execPath, args, { cwd: root, timeout: 55_000 });

    const printed = `${stdout}${stderr}`.trimEnd().split('\n');
    const told = textsOfMarkdown(page);
    expect(told).to.have.length.above(10);
    expect(printed.filter((line) => !told.some((each) => admits(each, line)))).to.deep.equal([]);
    for (const each of new Set(told)) {
      const times = printed.filter((line) => admits(each, line)).length;
      // How often a read fails is a matter of chance.
      if (each.startsWith('readFailed')) expect(times, each).to.be.at.least(1);
      else expect(times, each).to.equal(told.filter((other) => other === each).length);
    }
  });
});

/** A folder below the root, so that what is in there finds this package by the paths of tsconfig.json. */
function belowRoot(): string {
  mkdirSync(join(root, '.tmp'), { recursive: true });
  return mkdtempSync(join(root, '.tmp', 'guide-'));
}

/** Whether a line is what the guide says; its `…` stands for anything. */
function admits(told: string, line: string): boolean {
  const [start = '', ...rest] = told.split('…');
  return rest.length === 0 ? line === told : line.startsWith(start) && line.endsWith(rest.at(-1)!);
}
