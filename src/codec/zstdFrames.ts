const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
/** The bytes of a dictionary's id by its flag in the frame's descriptor (RFC 8878, 3.1.1.1.1). */
const DICTIONARY_ID_BYTES = [0, 1, 2, 4];
const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;
/** Starting a decompressor takes far longer than reading a header, so a record of nothing but empty frames would take minutes. */
const MAX_FRAMES = 1_000;
const RUN = 1;
const RESERVED = 3;

/**
 * Cuts Zstandard data into its frames, those to be skipped left out (RFC 8878, 3.1), from what their headers say.
 *
 * @throws Error when it is no Zstandard, when there is no frame at all, when there are more than 1,000, and when the last is cut
 */
export function zstdFrames(data: Uint8Array): Uint8Array[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const frames: Uint8Array[] = [];
  for (let start = 0; start < data.length;) {
    const magic = read(view, start, 4);
    const isSkippable = (magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC;
    if (!isSkippable && magic !== MAGIC) throw new Error(`no frame starts at byte ${start}`);
    const end = isSkippable ? start + 8 + read(view, start + 4, 4) : frameEnd(view, start);
    if (end > data.length) throw cut();
    if (!isSkippable && frames.push(data.subarray(start, end)) > MAX_FRAMES)
      throw new Error(`it has more than ${MAX_FRAMES} frames`);
    start = end;
  }
  if (frames.length === 0) throw new Error('it has no frame');
  return frames;
}

function frameEnd(view: DataView, start: number): number {
  const descriptor = read(view, start + 4, 1);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryId = DICTIONARY_ID_BYTES[descriptor & 3] ?? 0;
  const sizeFlag = descriptor >> 6;
  const contentSize = sizeFlag === 0 ? Number(isSingleSegment) : 2 ** sizeFlag;
  let at = start + 5 + Number(!isSingleSegment) + dictionaryId + contentSize;
  for (let isLast = false; !isLast;) {
    const header = read(view, at, BLOCK_HEADER_BYTES);
    isLast = (header & 1) === 1;
    const type = (header >> 1) & 3;
    if (type === RESERVED) throw new Error(`the block at byte ${at} is of no known type`);
    at += BLOCK_HEADER_BYTES + (type === RUN ? 1 : header >> 3);
  }
  return descriptor & 4 ? at + CHECKSUM_BYTES : at;
}

/** A little-endian integer. */
function read(view: DataView, at: number, bytes: number): number {
  if (at + bytes > view.byteLength) throw cut();
  let value = 0;
  for (let n = bytes - 1; n >= 0; n -= 1) value = value * 256 + view.getUint8(at + n);
  return value;
}

function cut(): Error {
  return new Error('it ends within a frame');
}
