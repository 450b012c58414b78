/** The error of a record whose bytes are wrong at an offset. */
export function wrongByte(offset: number, what: string): SyntaxError {
  return new SyntaxError(`byte ${offset}: ${what}`);
}
