/* eslint-disable @typescript-eslint/unbound-method -- they are put back as they were */

/** The methods that make or fill an array of another's items. Those that shift items within count all that stay behind. */
const moving = ['slice', 'splice', 'concat', 'filter', 'shift', 'unshift', 'copyWithin', 'sort'] as const;

/** How many items of arrays are copied, moved or walked over while `act` runs. A single item that is pushed or popped is none. */
export function countMoved(act: () => void): number {
  let moved = 0;
  const original = Object.fromEntries(moving.map((name) => [name, Array.prototype[name]]));
  const walk = Array.prototype[Symbol.iterator];
  const patched: Record<string, unknown> = {};
  for (const name of moving) {
    const method = Array.prototype[name] as (...args: unknown[]) => unknown;
    patched[name] = function (this: unknown[], ...args: unknown[]) {
      const result = Reflect.apply(method, this, args);
      moved += name === 'slice' ? (result as unknown[]).length : this.length;
      return result;
    };
  }
  try {
    Object.assign(Array.prototype, patched);
    Array.prototype[Symbol.iterator] = function* (this: unknown[]) {
      for (let at = 0; at < this.length; at++) {
        moved++;
        yield this[at];
      }
    } as typeof walk;
    act();
  } finally {
    Object.assign(Array.prototype, original);
    Array.prototype[Symbol.iterator] = walk;
  }
  return moved;
}
