import Table from 'cli-table3';

/** Rows under their headings, without colours; a column of which no row has anything is left out. */
export function plainTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const kept = headings.map((_, index) => rows.some((row) => row[index] !== ''));
  const shown = (row: readonly string[]) => row.filter((_, index) => kept[index]);
  const table = new Table({
    head: shown(headings),
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    style: { head: [], border: [] },
  });
  table.push(...rows.map(shown));
  return table.toString();
}
