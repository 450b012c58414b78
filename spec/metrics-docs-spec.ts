import { expect } from 'chai';
import { type MetricDefinition, METRICS } from '../src/metrics/catalogue.ts';
import { emittedMetrics } from './support/emittedMetrics.ts';
import { read } from './support/project.ts';

const catalogue: ReadonlyMap<string, MetricDefinition> = new Map(Object.entries(METRICS));

describe('docs/reference/metrics.md', () => {
  const page = read('docs/reference/metrics.md');
  const rowsBelow = (heading: string) => rowsOf(sectionOf(page, heading));
  const sections = ['Writing', 'Reading', 'Streams', 'Leases'];

  it('should list every metric of the catalogue, once and in its order, and no other', () => {
    const listed = sections.flatMap((section) => rowsBelow(section).map(([name]) => name));
    expect(listed).to.deep.equal([...catalogue.keys()]);
  });

  it('should say the type, the unit, the labels and the help of each, as the catalogue does', () => {
    const listed = sections.flatMap(rowsBelow);
    const expected = [...catalogue].map(([name, { type, unit, labels, help }]) => [
      name,
      type,
      unit,
      labels.join(', '),
      help,
    ]);
    expect(listed).to.deep.equal(expected);
  });

  it('should say the buckets of each histogram', () => {
    const listed = rowsBelow('Buckets').map(([name, bounds = '']) => [
      name,
      bounds.split('; ').map((bound) => Number(bound.replaceAll(',', ''))),
    ]);
    const expected = [...catalogue].flatMap(([name, { buckets }]) => (buckets ? [[name, buckets]] : []));
    expect(listed).to.deep.equal(expected);
  });

  it('should say what each label is', () => {
    const listed = rowsOf(page.split(/^## /m)[0]!).map(([label]) => label);
    const expected = new Set([...catalogue.values()].flatMap(({ labels }) => labels));
    expect(listed).to.have.members([...expected]);
  });

  it('should name what is not reported yet, and only that', () => {
    const emitted: readonly string[] = emittedMetrics();
    const expected = [...catalogue.keys()].filter((name) => !emitted.includes(name));
    expect(rowsBelow('Not reported yet').map(([name]) => name)).to.have.members(expected);
  });
});

describe('docs/guides/metrics.md', () => {
  const page = read('docs/guides/metrics.md');

  it('should name only metrics of the catalogue, and those of its examples', () => {
    const named = [...page.matchAll(/\b(?:producer|consumer|lease|stream)_[a-z_]*[a-z]\b/g)].map(([name]) => name);
    const labels = new Set<string>([...catalogue.values()].flatMap((definition) => definition.labels));
    expect(named.filter((name) => !catalogue.has(name) && !labels.has(name))).to.deep.equal([]);
  });

  it('should say what each metric that is reported means', () => {
    const section = sectionOf(page, 'What the metrics say');
    expect(emittedMetrics().filter((name) => !section.includes(`\`${name}\``))).to.deep.equal([]);
  });

  it('should have one row for each of them', () => {
    const rows = rowsOf(sectionOf(page, 'What the metrics say'));
    const named = rows.flatMap(([cell = '']) => cell.split(', ')).filter((name) => catalogue.has(name));
    expect(named).to.have.members(emittedMetrics());
  });

  it('should count the series of a shard and of a stream', () => {
    const counts = (hasShard: boolean, ofHistogram: (buckets: number) => number) =>
      emittedMetrics()
        .map((name) => catalogue.get(name)!)
        .filter(({ labels }) => labels.includes('shard_id') === hasShard)
        .filter(({ labels }) => !labels.includes('error_type') && !labels.includes('event'))
        .reduce((sum, { buckets }) => sum + (buckets ? ofHistogram(buckets.length) : 1), 0);
    // The buckets, the one for what is above them, the sum and the count.
    const inPrometheus = (buckets: number) => buckets + 3;
    const rows = rowsOf(sectionOf(page, 'How many series')).map((cells) => cells.map((cell) => cell.split(',')[0]));
    expect(rows).to.deep.equal([
      ['shard', String(counts(true, inPrometheus)), String(counts(true, () => 1))],
      ['stream', String(counts(false, inPrometheus)), String(counts(false, () => 1))],
    ]);
    expect(page).to.include(`leaves ${counts(true, () => 0)} a shard`);
  });

  it('should show the collector of the example', () => {
    const [collector] = /^class [\s\S]*?\n}\n/m.exec(read('docs/examples/custom-collector.ts'))!;
    expect(collector.trimEnd().split('\n')).to.have.length.at.most(10);
    expect(page).to.include(collector);
  });
});

/** The text below a second-level heading. */
function sectionOf(page: string, heading: string): string {
  const section = page.split(/^## /m).find((each) => each.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`there is no section ${heading}`);
  return section;
}

/** The cells of a section's tables, without their backticks and without the headings. */
function rowsOf(section: string): string[][] {
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines
    .filter((line, index) => !isRule(line) && !isRule(lines[index + 1] ?? ''))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.replaceAll('`', '').trim()),
    );
}

const isRule = (line: string): boolean => /^[|\s:-]+$/.test(line);
