import Table from 'cli-table3';
import type { MetricsSnapshot } from '../../index.ts';

/** What was collected, for a reader's eyes; where it does not fit into so many columns, with labels and figures on lines of their own. */
export function metricsTable(snapshot: MetricsSnapshot, columns = process.stdout.columns || Infinity): string {
  const rows = rowsOf(snapshot);
  const table = tableOf(rows);
  if (table.indexOf('\n') <= columns) return table;
  return tableOf(rows.map(([series, value]) => [series.replace(/[{,]/g, '$&\n  '), value.replaceAll(', ', ',\n')]));
}

type Row = [series: string, value: string];

function rowsOf({ counters, gauges, histograms }: MetricsSnapshot): Row[] {
  const rows = Object.entries({ ...counters, ...gauges }).map(([series, value]): Row => [series, numeral(value)]);
  for (const [series, { count, p50, p99 }] of Object.entries(histograms)) {
    rows.push([series, `${numeral(count)} x, median ${numeral(p50)}, p99 ${numeral(p99)}`]);
  }
  return rows.sort(([a], [b]) => (a < b ? -1 : 1));
}

function tableOf(rows: readonly Row[]): string {
  const style = { head: [], border: [], compact: true };
  const table = new Table({ head: ['metric', 'value'], style, colAligns: ['left', 'right'] });
  table.push(...rows);
  return table.toString();
}

const numeral = (value: number) => value.toLocaleString('en-US', { maximumSignificantDigits: 6 });
