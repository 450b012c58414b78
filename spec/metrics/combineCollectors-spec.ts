import { expect } from 'chai';
import { noop } from 'rxjs';
import { combineCollectors } from '../../src/metrics/combineCollectors.ts';
import { inMemoryCollector } from '../../src/metrics/inMemoryCollector.ts';
import { noopCollector } from '../../src/metrics/noopCollector.ts';

const fail = (message: string) => () => {
  throw new Error(message);
};

describe('combineCollectors', () => {
  it('should give each call to all, timers included', () => {
    const [a, b] = [inMemoryCollector(), inMemoryCollector()];
    const both = combineCollectors(a, noopCollector, b);
    both.increment('c', {}, 1);
    both.gauge('g', {}, 2);
    both.histogram('h', {}, 3);
    both.timer('t').stop();
    expect(a.snapshot()).to.deep.equal(b.snapshot());
    expect(a.snapshot().counters).to.deep.equal({ c: 1 });
    expect(Object.keys(a.histograms)).to.deep.equal(['h', 't']);
    both.remove('g', {});
    expect(b.gauges).to.be.empty;
  });

  it('should call the others when one throws, and throw then', () => {
    const seen = inMemoryCollector();
    const broken = { increment: fail('one'), gauge: fail('two'), histogram: fail('three') };
    const all = combineCollectors(broken, seen);
    expect(() => all.increment('c', {}, 1)).to.throw('one');
    expect(() => all.histogram('h', {}, 1)).to.throw('three');
    expect(seen.counters).to.deep.equal({ c: 1 });
    expect(seen.histograms.h!.count).to.equal(1);
  });

  it('should flush and close all, and reject with all that failed', async () => {
    const closed: string[] = [];
    const closing = (name: string) => ({
      ...noopCollector,
      close: () => Promise.resolve(closed.push(name)).then(noop),
    });
    const failing = (name: string) => ({
      ...noopCollector,
      flush: () => Promise.reject(new Error(name)),
      close: fail(name),
    });
    await combineCollectors(closing('a'), noopCollector, closing('b')).close();
    expect(closed).to.deep.equal(['a', 'b']);
    const all = combineCollectors(failing('x'), closing('c'), failing('y'));
    for (const ending of [() => all.flush(), () => all.close()]) {
      const error: unknown = await ending().catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(AggregateError);
      expect((error as AggregateError).errors.map(String)).to.deep.equal(['Error: x', 'Error: y']);
    }
    expect(closed).to.deep.equal(['a', 'b', 'c']);
  });

  it('should refuse what is no collector, and say which', () => {
    expect(() => combineCollectors(noopCollector, {} as never)).to.throw(TypeError, 'collector 2 must be');
  });

  it('should collect nothing of nobody', () => {
    expect(() => combineCollectors().increment('a', {}, 1)).not.to.throw();
  });
});
