const KNOWN_FIELDS = new Set(['Data', 'PartitionKey', 'ExplicitHashKey']);

/**
 * Writes the entries of a PutRecords request as the inside of a JSON array; undefined if they are not all what the API reference describes
 * (`PutRecordsRequestEntry`).
 *
 * Base64 needs no escaping, so only keys go through `JSON.stringify`: half the time goes there otherwise.
 */
export function encodePutRecords(entries: unknown): string | undefined {
  if (!Array.isArray(entries)) return undefined;
  let json = '';
  for (const entry of entries as unknown[]) {
    const encoded = encodeEntry(entry);
    if (encoded === undefined) return undefined;
    json += json === '' ? encoded : `,${encoded}`;
  }
  return json;
}

function encodeEntry(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  for (const field in entry) if (!KNOWN_FIELDS.has(field)) return undefined;
  const { Data, PartitionKey, ExplicitHashKey } = entry as Readonly<Record<string, unknown>>;
  if (!(Data instanceof Uint8Array) || typeof PartitionKey !== 'string') return undefined;
  // What is empty may be so because its memory was transferred away, which making a Buffer of it refuses.
  const isReady = Buffer.isBuffer(Data) && Data.byteLength > 0;
  const bytes = isReady ? Data : Buffer.from(Data.buffer, Data.byteOffset, Data.byteLength);
  const json = `{"Data":"${bytes.toString('base64')}","PartitionKey":${JSON.stringify(PartitionKey)}`;
  if (ExplicitHashKey === undefined) return `${json}}`;
  return typeof ExplicitHashKey === 'string'
    ? `${json},"ExplicitHashKey":${JSON.stringify(ExplicitHashKey)}}`
    : undefined;
}
