import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { METRICS } from '../../src/metrics/catalogue.ts';
import { debianProgram } from '../support/debianProgram.ts';
import { read, root } from '../support/project.ts';

const run = promisify(execFile);
const FILES = ['alerts.yml', 'alerts.test.yml'];
const RULES = 14;

describe('The alerting rules, by promtool', function () {
  this.timeout(300_000);

  let promtool: string;
  let folder: string;

  before(async () => {
    promtool = await debianProgram('promtool', 'prometheus');
    mkdirSync(join(root, '.tmp'), { recursive: true });
    folder = mkdtempSync(join(root, '.tmp', 'promtool-'));
  });

  beforeEach(() => {
    for (const name of FILES) write(name, read(`docs/dashboards/${name}`));
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
  };
  const written = (name: string) => readFileSync(join(folder, name), 'utf8');
  const check = () => run(promtool, ['check', 'rules', 'alerts.yml'], { cwd: folder });
  const test = () => run(promtool, ['test', 'rules', 'alerts.test.yml'], { cwd: folder });

  it('should be accepted', async () => {
    const { stdout } = await check();
    expect(stdout).to.include(`SUCCESS: ${RULES} rules found`);
  });

  it('should pass their tests', async () => {
    const { stdout } = await test();
    expect(stdout).to.match(/SUCCESS/);
  });

  for (const [what, expression] of [
    ['never fires', 'absent(up) > 2'],
    ['always fires', 'label_replace(vector(1), "stream_name", "orders", "", "")'],
  ] as const) {
    it(`should be tested so that a rule that ${what} is noticed, whichever it is`, async () => {
      const rules = read('docs/dashboards/alerts.yml');
      const names = [...rules.matchAll(/^ {6}- alert: (\w+)$/gm)].map(([, name]) => name!);
      expect(names).to.have.lengthOf(RULES);
      write('alerts.yml', rules.replaceAll(/(^ {8}expr: \|\n)(?: {10}.*\n)+/gm, `$1          ${expression}\n`));
      const output = await test().then(
        ({ stdout }) => stdout,
        (error: unknown) => {
          const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
          return stdout + stderr;
        },
      );
      expect(names.filter((name) => !output.includes(`alertname: ${name},`))).to.deep.equal([]);
    });
  }

  it('should bear a namespace, as README.md says how to put it in', async () => {
    const script = /^sed .*alerts\.test\.yml$/m.exec(read('docs/dashboards/README.md'))?.[0];
    expect(script).to.be.a('string');
    await run('sh', ['-c', script!], { cwd: folder });
    await check();
    await test();
    const rules = written('alerts.yml').replace(/^ *#.*\n/gm, '');
    for (const name of Object.keys(METRICS)) expect(rules).to.not.match(new RegExp(`(?<!shop_)\\b${name}\\b`));
    expect(rules).to.match(/\bshop_lease_owned\b/);
    expect(rules).to.match(/\(stream_name\)/);
  });
});

describe('The queries of the Grafana dashboard, by promtool', function () {
  this.timeout(300_000);

  for (const namespace of ['', 'shop_']) {
    it(`should be accepted ${namespace === '' ? 'without a namespace' : 'with one'}`, async () => {
      const promtool = await debianProgram('promtool', 'prometheus');
      const { panels } = JSON.parse(read('docs/dashboards/grafana.json')) as {
        readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[];
      };
      const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
      // Of JSON all is YAML.
      const rules = queries.map((query, index) => ({ record: `query:${index}`, expr: filledIn(query, namespace) }));
      mkdirSync(join(root, '.tmp'), { recursive: true });
      const folder = mkdtempSync(join(root, '.tmp', 'grafana-'));
      try {
        writeFileSync(join(folder, 'rules.yml'), JSON.stringify({ groups: [{ name: 'grafana', rules }] }));
        const { stdout } = await run(promtool, ['check', 'rules', 'rules.yml'], { cwd: folder });
        expect(stdout).to.include(`SUCCESS: ${queries.length} rules found`);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }
});

/** A query as Grafana sends it. */
function filledIn(query: string, namespace: string): string {
  const values: Readonly<Record<string, string>> = {
    '${namespace}': namespace,
    $stream_name: 'orders|audit',
    $shard_id: '.+',
    $__rate_interval: '1m0s',
  };
  return Object.entries(values).reduce((text, [variable, value]) => text.replaceAll(variable, value), query);
}
