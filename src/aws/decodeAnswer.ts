import { decodeRecord } from './decodeRecord.ts';
import { decodeResultEntry } from './decodeResultEntry.ts';

/** The operations whose answers are mostly `Records`, and what makes of one in JSON what the SDK would; undefined if it is not as described. */
const DECODERS: Readonly<Record<string, (raw: JsonObject) => object | undefined>> = {
  GetRecords: decodeRecord,
  PutRecords: decodeResultEntry,
};

export type JsonObject = Readonly<Record<string, unknown>>;

export interface DecodedAnswer {
  readonly records: object[];
  /** The answer without its records, as JSON. */
  readonly rest: Uint8Array;
}

export function isDecodable(operation: string): boolean {
  return Object.hasOwn(DECODERS, operation);
}

/** Takes the records out of an answer, as the SDK would make them; undefined if it is not what the API reference describes. */
export function decodeAnswer(operation: string, bytes: Uint8Array): DecodedAnswer | undefined {
  const answer = parseJson(bytes);
  const decode = DECODERS[operation];
  if (!decode || !isPlain(answer) || !Array.isArray(answer.Records)) return undefined;
  const records: object[] = [];
  for (const raw of answer.Records as unknown[]) {
    const record = isPlain(raw) ? decode(raw) : undefined;
    if (!record) return undefined;
    records.push(record);
  }
  return { records, rest: Buffer.from(JSON.stringify({ ...answer, Records: undefined })) };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
  } catch {
    // The SDK says what is wrong with it.
    return undefined;
  }
}

/** What has a `__type` keeps its unknown fields in the SDK. */
function isPlain(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !('__type' in value);
}
