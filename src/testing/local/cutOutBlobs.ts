const DATA = Buffer.from('"Data":"');
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Where the content of a `Data` member stands in a request. */
export interface BlobPlace {
  readonly start: number;
  readonly end: number;
}

/** A request without the contents of its `Data` members, and where those are, in order. */
export interface CutOut {
  readonly json: Buffer;
  readonly places: readonly BlobPlace[];
}

/**
 * Takes the base64 out of a request before it is parsed: the parser would make strings of it that nobody needs.
 *
 * Without a backslash no string has a quote in it, so `"Data":"` is always a member, whose value ends at the next quote.
 * Undefined when there is none to cut out, or a backslash: then the request has to be parsed as it is.
 */
export function cutOutBlobs(body: Buffer): CutOut | undefined {
  let at = body.indexOf(DATA);
  if (at === -1 || body.includes(BACKSLASH)) return undefined;
  const places: BlobPlace[] = [];
  let size = body.length;
  while (at !== -1) {
    const start = at + DATA.length;
    const end = body.indexOf(QUOTE, start);
    if (end === -1) return undefined;
    places.push({ start, end });
    size -= end - start;
    at = body.indexOf(DATA, end);
  }
  const json = Buffer.allocUnsafe(size);
  let kept = 0;
  let from = 0;
  for (const { start, end } of places) {
    kept += body.copy(json, kept, from, start);
    from = end;
  }
  body.copy(json, kept, from);
  return { json, places };
}
