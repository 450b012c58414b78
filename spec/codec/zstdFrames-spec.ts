import { expect } from 'chai';
import { zstdFrames } from '../../src/codec/zstdFrames.ts';

const hex = (written: string): Uint8Array => Uint8Array.from(Buffer.from(written.replaceAll(' ', ''), 'hex'));

// Written by hand from RFC 8878: magic, descriptor, and what it announces; then blocks, a header of three bytes and what it announces.
const emptyFrame = '28b52ffd 20 00  010000'; // single segment, so a content size of one byte: 0; a raw block of 0 bytes, the last
const windowed = '28b52ffd 00 58  190000 616263'; // a window; a raw block of 3 bytes (3 << 3 | 1)
const twoBlocks = '28b52ffd 00 58  180000 616263  230000 7a'; // a raw block that is not the last; a run of 4 of one byte (4 << 3 | 1 << 1 | 1)
const checked = '28b52ffd 24 03  190000 616263 01020304'; // single segment with a checksum
const withDictionary = '28b52ffd 03 58 11223344  010000'; // a window and a dictionary's id of four bytes
const longSize = '28b52ffd c0 58 0300000000000000  190000 616263'; // a window and a content size of eight bytes
const skippable = '502a4d18 03000000 aabbcc';

describe('zstdFrames', () => {
  for (const [what, written] of Object.entries({
    emptyFrame,
    windowed,
    twoBlocks,
    checked,
    withDictionary,
    longSize,
  })) {
    it(`should find the end of a frame: ${what}`, () => {
      const frame = hex(written);
      expect(zstdFrames(frame)).to.deep.equal([frame]);
      expect(zstdFrames(hex(written + windowed))).to.deep.equal([frame, hex(windowed)]);
      for (let length = 1; length < frame.length; length += 1) {
        expect(() => zstdFrames(frame.subarray(0, length)), String(length)).to.throw('it ends within a frame');
      }
    });
  }

  it('should leave out the frames that are to be skipped', () => {
    expect(zstdFrames(hex(skippable + windowed + skippable))).to.deep.equal([hex(windowed)]);
    expect(() => zstdFrames(hex(windowed + skippable).subarray(0, -1))).to.throw('it ends within a frame');
  });

  it('should throw for what has no frame, and for what is none', () => {
    expect(() => zstdFrames(new Uint8Array())).to.throw('it has no frame');
    expect(() => zstdFrames(hex(skippable))).to.throw('it has no frame');
    expect(() => zstdFrames(hex(`${windowed} 00000000`))).to.throw('no frame starts at byte 12');
    expect(() => zstdFrames(hex('28b52ffd 00 58 070000'))).to.throw('the block at byte 6 is of no known type');
  });

  it('should throw for more than 1,000 frames', () => {
    expect(zstdFrames(hex(emptyFrame.repeat(1_000)))).to.have.lengthOf(1_000);
    expect(() => zstdFrames(hex(emptyFrame.repeat(1_001)))).to.throw('it has more than 1000 frames');
  });
});
