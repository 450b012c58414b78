/** The index of the last of some rising numbers that is at most `limit`; -1 if there is none. */
export function lastAtMost(rising: ArrayLike<number>, limit: number): number {
  let [low, high] = [-1, rising.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((rising[middle] ?? Infinity) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
