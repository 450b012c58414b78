import { isObservable } from 'rxjs';
import type { Awaitable } from './Processed.ts';

/** Whether `value` is something to wait for: a Promise, an Observable or an async iterable. */
export function isAwaitable(value: unknown): value is Awaitable<unknown> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const { then, [OBSERVABLE]: interop } = value as Record<string | symbol, unknown>;
  if (typeof then === 'function' || typeof interop === 'function') return true;
  return isObservable(value) || Symbol.asyncIterator in value;
}

/** As RxJS chooses it; where nobody defined `Symbol.observable`, as usual, it is a name. */
const OBSERVABLE = (Symbol as Partial<SymbolConstructor>).observable ?? '@@observable';
