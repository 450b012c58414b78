import { expect } from 'chai';
import { BodyBuffers } from '../../../src/testing/local/BodyBuffers.ts';

const MIB = 1024 * 1024;

describe('BodyBuffers', () => {
  it('should give memory again that was given back, and no piece twice', () => {
    const buffers = new BodyBuffers();
    const first = buffers.take(MIB);
    expect(first.length).to.be.at.least(MIB);
    buffers.giveBack(first);
    expect(buffers.take(MIB)).to.equal(first);
    expect(buffers.take(MIB)).not.to.equal(first);
  });

  it('should keep large pieces rather than small ones, however many those are', () => {
    const buffers = new BodyBuffers();
    const small = Array.from({ length: 20 }, () => buffers.take(1));
    const large = Array.from({ length: 3 }, () => buffers.take(MIB));
    for (const buffer of [...small, ...large]) buffers.giveBack(buffer);
    expect(large.map(() => buffers.take(MIB))).to.have.members(large);
  });
});
