import { wrongByte } from '../wrongByte.ts';
import type { Head } from './headAt.ts';

const PROTO = Buffer.from('__proto__', 'latin1');

/**
 * Checks a key of a map, which has to be one of an object: a string or a number, and not `__proto__`, which an object cannot have as its own.
 *
 * @throws SyntaxError naming the offset of the key
 */
export function checkKey(data: Uint8Array, at: number, { size, bytes, kind }: Head): void {
  if (kind !== 'string' && kind !== 'number') {
    throw wrongByte(at, `a key must be a string or a number; got ${kind}`);
  }
  const isProto = kind === 'string' && bytes === PROTO.length && PROTO.every((byte, n) => data[at + size + n] === byte);
  if (isProto) throw wrongByte(at, 'the key is __proto__, which no object here can have');
}
