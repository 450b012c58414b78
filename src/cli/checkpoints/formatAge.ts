const SECOND_MS = 1_000;
const UNITS = [
  ['d', 24 * 3_600 * SECOND_MS],
  ['h', 3_600 * SECOND_MS],
  ['min', 60 * SECOND_MS],
] as const;

/** A time span by its greatest unit, rounded down: `59 s`, `3 min`, `2 h`, `12 d`. One below 0, as of clocks that differ, is `0 s`. */
export function formatAge(ms: number): string {
  const [unit, size] = UNITS.find(([, size]) => ms >= size) ?? ['s', SECOND_MS];
  return `${Math.max(0, Math.floor(ms / size))} ${unit}`;
}
