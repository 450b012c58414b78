import type { lookup } from 'node:dns';
import { expect } from 'chai';
import { CachedLookup } from '../../../src/metrics/statsd/CachedLookup.ts';
import { VirtualClock } from '../../support/VirtualClock.ts';

type Answer = (error: Error | null, address: string) => void;

/** A name service that answers when the spec says so. */
function newLookup() {
  const asked: { readonly host: string; readonly answer: Answer }[] = [];
  const resolve = (host: string, family: number, answer: Answer) => {
    expect(family).to.equal(4);
    asked.push({ host, answer });
  };
  const clock = new VirtualClock();
  const cached = new CachedLookup(clock, resolve as unknown as typeof lookup);
  const found: (string | null)[] = [];
  const find = (host = 'agent') => cached.find(host, (error, address) => found.push(error?.message ?? address));
  return { asked, clock, found, find };
}

describe('CachedLookup', () => {
  it('should look a name up once a minute', () => {
    const { asked, clock, found, find } = newLookup();
    find();
    asked[0]!.answer(null, '10.0.0.1');
    clock.pass(59_999);
    find();
    expect(asked).to.have.lengthOf(1);
    clock.pass(1);
    find();
    asked[1]!.answer(null, '10.0.0.2');
    expect(found).to.deep.equal(['10.0.0.1', '10.0.0.1', '10.0.0.2']);
  });

  it('should look up once for all that wait', () => {
    const { asked, found, find } = newLookup();
    for (let i = 0; i < 3; i++) find();
    expect(asked.map(({ host }) => host)).to.deep.equal(['agent']);
    asked[0]!.answer(null, '10.0.0.1');
    expect(found).to.deep.equal(['10.0.0.1', '10.0.0.1', '10.0.0.1']);
  });

  it('should say that a name cannot be looked up, and try again the next time', () => {
    const { asked, found, find } = newLookup();
    find();
    asked[0]!.answer(new Error('ENOTFOUND'), '');
    find();
    asked[1]!.answer(null, '10.0.0.1');
    expect(found).to.deep.equal(['ENOTFOUND', '10.0.0.1']);
  });

  it('should use the last address for another minute where the name cannot be looked up', () => {
    const { asked, clock, found, find } = newLookup();
    find();
    asked[0]!.answer(null, '10.0.0.1');
    clock.pass(60_000);
    find();
    asked[1]!.answer(new Error('ESERVFAIL'), '');
    clock.pass(59_999);
    find();
    expect(asked).to.have.lengthOf(2);
    expect(found).to.deep.equal(['10.0.0.1', '10.0.0.1', '10.0.0.1']);
    clock.pass(1);
    find();
    expect(asked).to.have.lengthOf(3);
  });

  it('should answer an address by itself, and not for the name', () => {
    const { asked, found, find } = newLookup();
    find('0.0.0.0');
    expect(found).to.deep.equal(['0.0.0.0']);
    find();
    expect(asked).to.have.lengthOf(1);
  });
});
