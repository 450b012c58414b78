import { expect } from 'chai';
import { identity, noop } from 'rxjs';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { memoryCheckpoints } from '../../src/checkpoint/memoryCheckpoints.ts';
import { combineCollectors } from '../../src/metrics/combineCollectors.ts';
import { resetMetricsCollector, setMetricsCollector } from '../../src/metrics/globalCollector.ts';
import { inMemoryCollector } from '../../src/metrics/inMemoryCollector.ts';
import type { MetricsCollector } from '../../src/metrics/MetricsCollector.ts';
import { noopCollector } from '../../src/metrics/noopCollector.ts';
import { tapMetrics } from '../../src/metrics/tapMetrics.ts';
import { shard, workbench } from '../consumer/workbench.ts';
import { recordingCollector } from './recordingCollector.ts';

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

  it('should call each once, whoever combines it', () => {
    const [a, b] = [inMemoryCollector(), inMemoryCollector()];
    combineCollectors(a, combineCollectors(b, a), a, combineCollectors(combineCollectors(b))).increment('c', {}, 1);
    expect([a.counters, b.counters]).to.deep.equal([{ c: 1 }, { c: 1 }]);
  });

  it('should have a source counted once by each, whoever else attaches it', () => {
    for (const where of ['global', 'options', 'store', 'tap'] as const) {
      const [alone, combined, other] = [recordingCollector(), recordingCollector(), recordingCollector()];
      const read = (metrics: MetricsCollector, tapped: MetricsCollector) => {
        const bench = workbench();
        if (where === 'global') setMetricsCollector(metrics);
        bench.read({
          ...(where === 'options' && { metrics }),
          ...(where === 'store' && { checkpoints: memoryCheckpoints({ metrics }) }),
          pipe: (source) =>
            source.pipe(checkpoint(), where === 'tap' ? tapMetrics(metrics) : identity, tapMetrics(tapped)),
        });
        bench.put(shard(0), 'a', 'b');
        bench.clock.pass(10_000);
        resetMetricsCollector();
      };
      read(noopCollector, alone.collector);
      read(combineCollectors(combined.collector, other.collector), combineCollectors(combined.collector));
      expect(combined.series()).to.deep.equal(alone.series());
      expect(other.series()).not.to.be.empty;
    }
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
