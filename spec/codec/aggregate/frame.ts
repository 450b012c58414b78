import { createHash } from 'node:crypto';

/** A message as an aggregate: with the magic before it, and the right MD5 behind it. */
export function frame(message: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from('f3899ac2', 'hex'), message, createHash('md5').update(message).digest()]);
}
