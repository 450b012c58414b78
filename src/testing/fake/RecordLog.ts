import { RisingSequence } from './RisingSequence.ts';
import { SEQUENCE_DIGITS } from './sequenceNumber.ts';

const FIRST_SEGMENT_BYTES = 4 * 1024;
const MAX_SEGMENT_BYTES = 1024 * 1024;

/*
 * A stored record is the JSON that precedes its data in an answer of GetRecords, and then its data as it is:
 * what has to be written most often is written once, and nothing of it is an object.
 */
const SEQUENCE = '{"SequenceNumber":"';
const ARRIVAL = '","ApproximateArrivalTimestamp":';
const KEY = ',"PartitionKey":';
const DATA = ',"Data":"';
const END = Buffer.from('"},');

/** What follows the sequence number begins so many bytes behind the record's start. */
const REST_AT = SEQUENCE.length + SEQUENCE_DIGITS;

/** So many records at most wait to be packed. */
const MAX_LOOSE = 1_000;

/** A run of records in one block of memory. */
interface Segment {
  readonly bytes: Buffer;
  /** Memory that is not used: see {@link memoryOf}. */
  readonly counted: ArrayBuffer;
  /** The log's index of the first record here. */
  readonly first: number;
  used: number;
  readonly starts: number[];
  readonly dataStarts: number[];
  readonly keyBytes: number[];
  readonly arrivals: number[];
  readonly counters: number[];
}

/** A record that has its place, but is not packed yet. */
interface LooseRecord {
  readonly counter: number;
  readonly arrivalMs: number;
  readonly partitionKey: string;
  readonly data: Uint8Array;
}

/** A record as it was put, and what the service added. */
export interface LoggedRecord {
  readonly sequenceNumber: string;
  readonly arrivalMs: number;
  readonly partitionKey: string;
  readonly data: Uint8Array;
}

/**
 * The records of a shard, in order, packed into blocks of at most 1 MiB without an object per record.
 *
 * Records are addressed by their index since the shard was made; trimming does not renumber them.
 *
 * Appending gives a record its place; {@link pack} copies it. Whoever answers a request may do the first, answer, and then do the second: it
 * keeps the data of what it appended as they are until then. Looking at the log packs first.
 */
export class RecordLog {
  readonly #sequence: RisingSequence;
  #segments: Segment[] = [];
  #loose: LooseRecord[] = [];
  #first = 0;
  #next = 0;

  /** @param base that of the shard's sequence numbers */
  constructor(base: bigint) {
    this.#sequence = new RisingSequence(base, SEQUENCE);
  }

  /** The index of the oldest record that is still here. */
  get first(): number {
    return this.#first;
  }

  /** The index that the next record will have. */
  get next(): number {
    return this.#next;
  }

  append(counter: number, arrivalMs: number, partitionKey: string, data: Uint8Array): void {
    this.#loose.push({ counter, arrivalMs, partitionKey, data });
    this.#next += 1;
    if (this.#loose.length >= MAX_LOOSE) this.pack();
  }

  /** Copies what was appended since the last time. */
  pack(): void {
    if (this.#loose.length === 0) return;
    let arrival = '';
    let arrivalMs: number | undefined;
    let index = this.#next - this.#loose.length;
    for (const record of this.#loose) {
      if (record.arrivalMs !== arrivalMs) {
        ({ arrivalMs } = record);
        arrival = `${ARRIVAL}${arrivalMs / 1_000}${KEY}`;
      }
      this.#pack(record, index, `${arrival}${quote(record.partitionKey)}${DATA}`);
      index += 1;
    }
    this.#loose = [];
  }

  /** @param rest what stands between the sequence number and the data */
  #pack({ counter, arrivalMs, partitionKey, data }: LooseRecord, index: number, rest: string): void {
    const restBytes = Buffer.byteLength(rest);
    const segment = this.#room(index, REST_AT + restBytes + data.length);
    const { bytes, used } = segment;
    const dataStart = used + REST_AT + restBytes;
    this.#sequence.write(counter, Math.floor(arrivalMs / 1_000), bytes, used);
    bytes.write(rest, used + REST_AT, restBytes === rest.length ? 'latin1' : 'utf8');
    bytes.set(data, dataStart);
    segment.starts.push(used);
    segment.dataStarts.push(dataStart);
    segment.keyBytes.push(restBytes === rest.length ? partitionKey.length : Buffer.byteLength(partitionKey));
    segment.arrivals.push(arrivalMs);
    segment.counters.push(counter);
    segment.used = dataStart + data.length;
  }

  /** The index after the last record of those from `from` that fit into `maxRecords` and `maxBytes` (one always does), and what they weigh. */
  fit(from: number, maxRecords: number, maxBytes: number): { readonly to: number; readonly bytes: number } {
    this.pack();
    const last = Math.min(this.#next, from + maxRecords);
    let bytes = 0;
    let to = from;
    while (to < last) {
      const segment = this.#segmentOf(to);
      const end = Math.min(last, segment.first + segment.starts.length);
      for (; to < end; to += 1) {
        const at = to - segment.first;
        const weight = endOf(segment, at) - dataStartOf(segment, at) + (segment.keyBytes[at] ?? 0);
        if (bytes > 0 && bytes + weight > maxBytes) return { to, bytes };
        bytes += weight;
      }
    }
    return { to, bytes };
  }

  /** The records from `from` to before `to`; their data are copies. */
  read(from: number, to: number): LoggedRecord[] {
    const records: LoggedRecord[] = [];
    this.#each(from, to, (segment, at) => {
      const { bytes } = segment;
      const dataStart = dataStartOf(segment, at);
      const head = bytes.toString('utf8', segment.starts[at] ?? 0, dataStart);
      const keyStart = head.indexOf(KEY, REST_AT) + KEY.length;
      const key = head.slice(keyStart, -DATA.length);
      const data = new Uint8Array(endOf(segment, at) - dataStart);
      bytes.copy(data, 0, dataStart, endOf(segment, at));
      records.push({
        sequenceNumber: head.slice(SEQUENCE.length, REST_AT),
        arrivalMs: segment.arrivals[at] ?? 0,
        partitionKey: key.includes('\\') ? (JSON.parse(key) as string) : key.slice(1, -1),
        data,
      });
    });
    return records;
  }

  /** The same records as the elements of a JSON array, between `before` and `after`, in memory that `allocate` gives. */
  readJson(from: number, to: number, before: string, after: string, allocate: (bytes: number) => Buffer): Buffer {
    let size = Buffer.byteLength(before) + Buffer.byteLength(after);
    this.#each(from, to, (segment, at) => {
      const dataStart = dataStartOf(segment, at);
      size += dataStart - (segment.starts[at] ?? 0) + Math.ceil((endOf(segment, at) - dataStart) / 3) * 4 + END.length;
    });
    const json = allocate(size);
    let used = json.write(before);
    this.#each(from, to, (segment, at) => {
      const { bytes } = segment;
      const dataStart = dataStartOf(segment, at);
      used += bytes.copy(json, used, segment.starts[at] ?? 0, dataStart);
      used += json.write(bytes.toString('base64', dataStart, endOf(segment, at)), used, 'latin1');
      json.set(END, used);
      used += END.length;
    });
    // The last record is not followed by a comma.
    if (to > from) used -= 1;
    return json.subarray(0, used + json.write(after, used));
  }

  arrivalOf(index: number): number {
    this.pack();
    const segment = this.#segmentOf(index);
    return segment.arrivals[index - segment.first] ?? 0;
  }

  /** The index of the first record that arrived at `ms` or later. */
  indexAtTime(ms: number): number {
    return this.#lowerBound((segment, at) => (segment.arrivals[at] ?? 0) >= ms);
  }

  /** The index of the first record whose counter is at least `counter`. */
  indexAtCounter(counter: number): number {
    return this.#lowerBound((segment, at) => (segment.counters[at] ?? 0) >= counter);
  }

  /** Forgets the records that arrived before `ms`, and frees the blocks that held no others. */
  trim(ms: number): void {
    this.pack();
    if (this.#first === this.#next || this.arrivalOf(this.#first) >= ms) return;
    this.#first = this.indexAtTime(ms);
    const kept = this.#segments.findIndex((segment) => segment.first + segment.starts.length > this.#first);
    this.#segments = kept === -1 ? [] : this.#segments.slice(kept);
  }

  #each(from: number, to: number, visit: (segment: Segment, at: number) => void): void {
    this.pack();
    let index = from;
    while (index < to) {
      const segment = this.#segmentOf(index);
      const end = Math.min(to, segment.first + segment.starts.length);
      for (; index < end; index += 1) visit(segment, index - segment.first);
    }
  }

  #lowerBound(holds: (segment: Segment, at: number) => boolean): number {
    this.pack();
    let low = this.#first;
    let high = this.#next;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const segment = this.#segmentOf(middle);
      if (holds(segment, middle - segment.first)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #segmentOf(index: number): Segment {
    const segments = this.#segments;
    let low = 0;
    let high = segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((segments[middle]?.first ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    const segment = segments[low];
    if (!segment) throw new RangeError(`no record ${index} in this log`);
    return segment;
  }

  #room(index: number, size: number): Segment {
    const last = this.#segments.at(-1);
    if (last && last.used + size <= last.bytes.length) return last;
    const grown = last ? Math.min(MAX_SEGMENT_BYTES, last.bytes.length * 2) : FIRST_SEGMENT_BYTES;
    const segment: Segment = {
      ...memoryOf(Math.max(grown, size)),
      first: index,
      used: 0,
      starts: [],
      dataStarts: [],
      keyBytes: [],
      arrivals: [],
      counters: [],
    };
    this.#segments.push(segment);
    return segment;
  }
}

/** Of so many bytes of records V8 counts one. */
const COUNTED_PART = 16;

/**
 * Memory of which V8 counts only a part.
 *
 * V8 starts a garbage collection by how much buffer memory was allocated since the last. Records live long: with all of them counted it would look
 * through everything after every few dozen requests, and with none it would free trimmed records only by chance. It does not count memory that
 * can be shared with threads; so a little that it does goes with that, and is freed with it.
 */
const memoryOf = (bytes: number) => ({
  bytes: Buffer.from(new SharedArrayBuffer(bytes)),
  counted: new ArrayBuffer(Math.ceil(bytes / COUNTED_PART)),
});

const dataStartOf = (segment: Segment, at: number) => segment.dataStarts[at] ?? 0;
const endOf = (segment: Segment, at: number) => segment.starts[at + 1] ?? segment.used;

// eslint-disable-next-line no-control-regex -- the characters that JSON escapes
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

const quote = (text: string) => (ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`);
