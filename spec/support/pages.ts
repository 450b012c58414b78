import { read } from './project.ts';

/** The sections of a page by their heading, backticks gone, with their text up to the next heading of level 2 or 3, or of level 2 only. */
export function sectionsOf(page: string, levels: '2' | '2,3' = '2,3'): Map<string, string> {
  const parts = read(page)
    .split(levels === '2' ? /^## /m : /^#{2,3} /m)
    .slice(1);
  return new Map(
    parts.map((part) => {
      const [heading = '', ...rest] = part.split('\n');
      return [bare(heading), rest.join('\n')];
    }),
  );
}

/** The rows of a section's tables: the first cell, a name in backticks, to the cell under that heading. */
export function rowsOf(section: string, column: string): Map<string, string> {
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  const rows = new Map<string, string>();
  let at = -1;
  for (const [index, line] of lines.entries()) {
    const cells = line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (isRule(lines[index + 1])) at = cells.findIndex((cell) => cell.toLowerCase() === column);
    else if (!isRule(line)) rows.set(bare(cells[0] ?? ''), cells[at] ?? '');
  }
  return rows;
}

export function bare(text: string): string {
  return text.replaceAll('`', '').replaceAll('\\|', '|').trim();
}

const isRule = (line: string | undefined) => line !== undefined && /^\|[\s|:-]+\|$/.test(line);
