/**
 * Cuts items into runs, parents before their children: none of a run is a child of another of it, and each is in the first run that allows. The
 * order within a run is that given. Those that are their own ancestors, as no shard is but rows of a store may say, go together with what follows them.
 */
export function generationsOf<T>(
  items: readonly T[],
  idOf: (item: T) => string,
  parentsOf: (item: T) => readonly string[],
): readonly (readonly T[])[] {
  const runs: (readonly T[])[] = [];
  let left = items;
  while (left.length > 0) {
    const ids = new Set(left.map(idOf));
    const waits = (item: T) => parentsOf(item).some((parent) => parent !== idOf(item) && ids.has(parent));
    const later = left.filter(waits);
    const isRing = later.length === left.length;
    runs.push(isRing ? left : left.filter((item) => !waits(item)));
    left = isRing ? [] : later;
  }
  return runs;
}
