const flushes = new Set<() => void>();

/**
 * Has `flush` called when the process has nothing left to do, and would end; forget it by the function that is returned.
 *
 * All collectors share one listener, so that many of them do not look like a leak.
 */
export function atProcessEnd(flush: () => void): () => void {
  if (flushes.size === 0) process.on('beforeExit', flushAll);
  flushes.add(flush);
  return () => {
    flushes.delete(flush);
    if (flushes.size === 0) process.off('beforeExit', flushAll);
  };
}

function flushAll(): void {
  for (const flush of [...flushes]) flush();
}
