import { expect } from 'chai';
import { encodePutRecords } from '../../src/aws/encodePutRecords.ts';

const dataOf = (Data: Uint8Array) => {
  const json = encodePutRecords([{ Data, PartitionKey: 'a' }]) ?? '';
  return Buffer.from((JSON.parse(json) as { Data: string }).Data, 'base64').toString();
};

describe('encodePutRecords', () => {
  it('should encode bytes, whatever holds them', () => {
    const buffer = Buffer.from('hello world');
    class Named extends Uint8Array {
      override toString(): string {
        return 'a name';
      }
    }
    expect(
      [buffer, buffer.subarray(6), new Uint8Array(buffer).subarray(0, 5), Named.from(buffer)].map(dataOf),
    ).to.deep.equal(['hello world', 'world', 'hello', 'hello world']);
    expect(dataOf(Buffer.alloc(0))).to.equal('');
  });

  it('should refuse bytes whose memory was transferred away', () => {
    for (const make of [
      (memory: ArrayBuffer) => Buffer.from(memory),
      (memory: ArrayBuffer) => new Uint8Array(memory),
    ]) {
      const memory = new ArrayBuffer(3);
      const bytes = make(memory);
      structuredClone(memory, { transfer: [memory] });
      expect(() => dataOf(bytes)).to.throw(TypeError);
    }
  });
});
