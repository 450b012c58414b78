const SEQUENCE_DIGITS = 56;
const FIRST_SEGMENT_BYTES = 4 * 1024;
const MAX_SEGMENT_BYTES = 1024 * 1024;

/** A run of records in one block of memory: each is its sequence number's digits, its partition key in UTF-8, its data. */
interface Segment {
  readonly bytes: Buffer;
  /** The log's index of the first record here. */
  readonly first: number;
  used: number;
  readonly starts: number[];
  readonly keyBytes: number[];
  readonly arrivals: number[];
  readonly counters: number[];
}

/** Sees one stored record; `dataStart` and `end` delimit its data in `bytes`. */
export type RecordVisitor = (
  sequenceNumber: string,
  arrivalMs: number,
  partitionKey: string,
  bytes: Buffer,
  dataStart: number,
  end: number,
) => void;

/**
 * The records of a shard, in order, packed into blocks of at most 1 MiB without an object per record.
 *
 * Records are addressed by their index since the shard was made; trimming does not renumber them.
 */
export class RecordLog {
  #segments: Segment[] = [];
  #first = 0;
  #next = 0;

  /** The index of the oldest record that is still here. */
  get first(): number {
    return this.#first;
  }

  /** The index that the next record will have. */
  get next(): number {
    return this.#next;
  }

  append(sequence: string, counter: number, arrivalMs: number, partitionKey: string, data: Uint8Array): void {
    const keyBytes = Buffer.byteLength(partitionKey);
    const segment = this.#room(SEQUENCE_DIGITS + keyBytes + data.length);
    const { bytes, used } = segment;
    bytes.write(sequence, used, 'latin1');
    bytes.write(partitionKey, used + SEQUENCE_DIGITS, keyBytes);
    bytes.set(data, used + SEQUENCE_DIGITS + keyBytes);
    segment.starts.push(used);
    segment.keyBytes.push(keyBytes);
    segment.arrivals.push(arrivalMs);
    segment.counters.push(counter);
    segment.used += SEQUENCE_DIGITS + keyBytes + data.length;
    this.#next += 1;
  }

  /** The index after the last record of those from `from` that fit into `maxRecords` and `maxBytes` (one always does), and what they weigh. */
  fit(from: number, maxRecords: number, maxBytes: number): { readonly to: number; readonly bytes: number } {
    const last = Math.min(this.#next, from + maxRecords);
    let bytes = 0;
    let to = from;
    while (to < last) {
      const segment = this.#segmentOf(to);
      const end = Math.min(last, segment.first + segment.starts.length);
      for (; to < end; to += 1) {
        const weight = entryEnd(segment, to - segment.first) - startOf(segment, to - segment.first) - SEQUENCE_DIGITS;
        if (bytes > 0 && bytes + weight > maxBytes) return { to, bytes };
        bytes += weight;
      }
    }
    return { to, bytes };
  }

  each(from: number, to: number, visit: RecordVisitor): void {
    let index = from;
    while (index < to) {
      const segment = this.#segmentOf(index);
      const { bytes, first } = segment;
      const end = Math.min(to, first + segment.starts.length);
      for (; index < end; index += 1) {
        const at = index - first;
        const start = startOf(segment, at);
        const keyStart = start + SEQUENCE_DIGITS;
        const dataStart = keyStart + (segment.keyBytes[at] ?? 0);
        visit(
          bytes.toString('latin1', start, keyStart),
          segment.arrivals[at] ?? 0,
          bytes.toString('utf8', keyStart, dataStart),
          bytes,
          dataStart,
          entryEnd(segment, at),
        );
      }
    }
  }

  arrivalOf(index: number): number {
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
    if (this.#first === this.#next || this.arrivalOf(this.#first) >= ms) return;
    this.#first = this.indexAtTime(ms);
    const kept = this.#segments.findIndex((segment) => segment.first + segment.starts.length > this.#first);
    this.#segments = kept === -1 ? [] : this.#segments.slice(kept);
  }

  #lowerBound(holds: (segment: Segment, at: number) => boolean): number {
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

  #room(size: number): Segment {
    const last = this.#segments.at(-1);
    if (last && last.used + size <= last.bytes.length) return last;
    const grown = last ? Math.min(MAX_SEGMENT_BYTES, last.bytes.length * 2) : FIRST_SEGMENT_BYTES;
    const segment: Segment = {
      bytes: Buffer.allocUnsafeSlow(Math.max(grown, size)),
      first: this.#next,
      used: 0,
      starts: [],
      keyBytes: [],
      arrivals: [],
      counters: [],
    };
    this.#segments.push(segment);
    return segment;
  }
}

/** A copy of stored bytes, which its owner may change and keep. */
export function copyBytes(bytes: Buffer, start: number, end: number): Uint8Array {
  const copy = new Uint8Array(end - start);
  bytes.copy(copy, 0, start, end);
  return copy;
}

const startOf = (segment: Segment, at: number) => segment.starts[at] ?? 0;
const entryEnd = (segment: Segment, at: number) => segment.starts[at + 1] ?? segment.used;
