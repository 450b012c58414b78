const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
/** The only bit by which `[` differs from `{`, and `]` from `}`. */
const CURLY = 0x20;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Finds, in a JSON array, the comma behind its first `items` items: its offset, or -1 if there are no more items than that. What is no JSON has any. */
export function commaAfter(items: number, json: Uint8Array): number {
  let depth = 0;
  let left = items;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] ?? 0;
    if (byte === QUOTE) at = stringEnd(json, at);
    else if ((byte | CURLY) === OPEN) depth += 1;
    else if ((byte | CURLY) === CLOSE) depth -= 1;
    else if (byte === COMMA && depth === 1) left -= 1;
    if (left === 0) return at;
  }
  return -1;
}

function stringEnd(json: Uint8Array, start: number): number {
  for (let end = json.indexOf(QUOTE, start + 1); end >= 0; end = json.indexOf(QUOTE, end + 1)) {
    let escape = end;
    while (json[escape - 1] === BACKSLASH) escape -= 1;
    if ((end - escape) % 2 === 0) return end;
  }
  return json.length;
}
