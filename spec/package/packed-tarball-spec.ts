import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { entryFiles, filesOf, manifest, root } from '../support/project.ts';

interface Row {
  /** The optional peers that the subpath needs: without one of them importing fails, and the error names it. */
  readonly needs?: readonly string[];
  /** Optional peers of other subpaths that those which it needs depend on themselves. */
  readonly brings?: readonly string[];
}

/** Each subpath of package.json. */
const subpaths: Readonly<Record<string, Row>> = {
  'rxjs-kinesis': {},
  'rxjs-kinesis/dynamodb': { needs: ['@aws-sdk/client-dynamodb'] },
  'rxjs-kinesis/msgpack': { needs: ['msgpackr'] },
  'rxjs-kinesis/opentelemetry': { needs: ['@opentelemetry/api'] },
  'rxjs-kinesis/prometheus': { needs: ['prom-client'], brings: ['@opentelemetry/api'] },
  'rxjs-kinesis/redis': {},
  'rxjs-kinesis/statsd': { needs: ['hot-shots'] },
  'rxjs-kinesis/testing': {},
};

/** What only the command line loads. */
const ofTheCommandLine = ['cli-progress', 'cli-table3', 'commander', 'log-update', 'picocolors', 'wrap-ansi'];

/** The optional peers that no subpath needs, but a command. */
const neededByCommands = ['ioredis'];

const optionalPeers = Object.entries(manifest.peerDependenciesMeta ?? {}).flatMap(([name, { optional }]) =>
  optional ? [name] : [],
);

describe('The packed tarball', function () {
  this.timeout(120_000);
  let project: string;

  before(() => {
    project = mkdtempSync(join(tmpdir(), 'packed-'));
    const tarball = run('npm', ['pack', '--silent', '--pack-destination', project], root).trim().split('\n').at(-1)!;
    writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    const peers = Object.entries(manifest.peerDependencies ?? {}).map(([name, range]) => `${name}@${range}`);
    const nodeTypes = `@types/node@${manifest.devDependencies['@types/node']}`;
    run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', `./${tarball}`, nodeTypes, ...peers]);
  });

  after(() => {
    rmSync(project, { recursive: true, force: true });
  });

  it('should hold what runs, and no sources', () => {
    const held = readdirSync(join(project, 'node_modules', manifest.name));
    expect(held).to.have.members(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'docs', 'package.json']);
  });

  it('should have a row here for each subpath', () => {
    expect(Object.keys(subpaths)).to.have.members([...entryFiles.keys()]);
  });

  it('should have a row here for each optional peer', () => {
    const needed = Object.values(subpaths).flatMap(({ needs }) => needs ?? []);
    expect(optionalPeers).to.have.members([...needed, ...neededByCommands]);
  });

  for (const [specifier, { needs = [], brings = [] }] of Object.entries(subpaths)) {
    const others = optionalPeers.filter((name) => !needs.includes(name) && !brings.includes(name));

    it(`should import ${specifier} with what its source exports, and require it the same`, async () => {
      const expected = Object.keys((await import(join(root, entryFiles.get(specifier)!))) as object).sort();
      expect(importedNames(specifier)).to.deep.equal(expected);
      expect(requiredNames(specifier)).to.deep.equal(expected);
    });

    it(`should import ${specifier} without the command line's packages and the peers of other subpaths`, () => {
      without([...ofTheCommandLine, ...others], () => {
        expect(importedNames(specifier)).to.have.length.above(0);
      });
    });

    for (const peer of needs) {
      it(`should say that ${peer} is missing where ${specifier} is imported without it`, () => {
        without([peer], () => {
          expect(() => importedNames(specifier)).to.throw(`Cannot find package '${peer}'`);
        });
      });
    }
  }

  for (const [module, moduleResolution] of [
    ['NodeNext', 'NodeNext'],
    ['ESNext', 'Bundler'],
  ]) {
    it(`should have types for moduleResolution ${moduleResolution}, docs/examples included`, () => {
      const folder = join(project, `types-${moduleResolution}`);
      mkdirSync(folder);
      const uses = [...entryFiles.keys()].map((specifier, n) => `export * as subpath${n} from '${specifier}';`);
      writeFileSync(join(folder, 'uses.ts'), uses.join('\n'));
      for (const path of filesOf('docs/examples', '.ts')) cpSync(join(root, path), join(folder, 'examples', path));
      const compilerOptions = {
        module,
        moduleResolution,
        target: 'ES2022',
        lib: ['ES2023', 'ESNext.Disposable'],
        types: ['node'],
        strict: true,
        noEmit: true,
      };
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
      run(process.execPath, [createRequire(import.meta.url).resolve('typescript/bin/tsc'), '-p', folder]);
    });
  }

  it('should run its command', () => {
    const [command] = Object.keys(manifest.bin);
    expect(run(join(project, 'node_modules/.bin', command!), ['--help'])).to.include(`Usage: ${command!}`);
  });

  for (const [peer, ...store] of [
    ['ioredis', '--redis-url', 'redis://127.0.0.1:1'],
    ['@aws-sdk/client-dynamodb', '--store', 'dynamodb'],
  ]) {
    it(`should say that ${peer} is missing where its command is run without it`, () => {
      const command = join(project, 'node_modules/.bin', Object.keys(manifest.bin)[0]!);
      without([peer!], () => {
        expect(() => run(command, ['checkpoints', 'show', '--application', 'a-b', '--stream', 'b', ...store])).to.throw(
          `${peer} is not installed here. Install it where you run this command: npm install ${peer}`,
        );
      });
    });
  }

  function importedNames(specifier: string): string[] {
    return namesPrinted('module', `const module = await import('${specifier}');`);
  }

  function requiredNames(specifier: string): string[] {
    return namesPrinted('commonjs', `const module = require('${specifier}');`);
  }

  function namesPrinted(type: string, code: string): string[] {
    const print = 'console.log(JSON.stringify(Object.keys(module).sort()));';
    const file = join(project, type === 'module' ? 'loads.mjs' : 'loads.cjs');
    writeFileSync(file, `{ ${code} ${print} }`);
    return JSON.parse(run(process.execPath, [file])) as string[];
  }

  /** Runs `act` while these packages are not there, but for those that another package brings along in its own folder. */
  function without(names: readonly string[], act: () => void): void {
    const aside = mkdtempSync(join(project, 'aside-'));
    const moved = names
      .map((name, n) => ({ from: join(project, 'node_modules', name), to: join(aside, String(n)) }))
      .filter(({ from }) => existsSync(from));
    for (const { from, to } of moved) renameSync(from, to);
    try {
      act();
    } finally {
      for (const { from, to } of moved) renameSync(to, from);
    }
  }

  function run(command: string, args: readonly string[], cwd = project): string {
    try {
      return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (error) {
      const { stdout, stderr } = error as { stdout?: string; stderr?: string };
      throw new Error(`${command} ${args.join(' ')} failed:\n${stdout ?? ''}${stderr ?? String(error)}`, {
        cause: error,
      });
    }
  }
});
