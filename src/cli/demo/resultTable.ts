import Table from 'cli-table3';
import { colours } from '../colours.ts';
import type { DemoResult } from './DemoResult.ts';

/** The result for a reader's eyes. */
export function resultTable(result: DemoResult): string {
  const table = new Table({
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    colAligns: ['left', 'right'],
    style: { head: [], border: [] },
  });
  table.push(
    ['written', count(result.written)],
    ['delivered', count(result.delivered)],
    ['distinct', count(result.distinct)],
    ['redelivered', count(result.redelivered)],
    ['lost', verdict(result.lost)],
    ['out of order within a key', verdict(result.outOfOrder)],
    ['most in flight', count(result.maxInFlight)],
    ['peak memory, Kinesis included', `${(result.peakRssBytes / 2 ** 20).toFixed(0)} MiB`],
    ['seconds', result.seconds.toFixed(1)],
  );
  return table.toString();
}

const count = (value: number) => value.toLocaleString('en-US');
const verdict = (value: number) => (value === 0 ? colours.green : colours.red)(count(value));
