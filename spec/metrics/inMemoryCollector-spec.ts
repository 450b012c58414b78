import { expect } from 'chai';
import * as fc from 'fast-check';
import { inMemoryCollector } from '../../src/metrics/inMemoryCollector.ts';
import { QuantileSketch } from '../../src/metrics/QuantileSketch.ts';

describe('inMemoryCollector', () => {
  it('should keep series by name, with the labels in order of their names', () => {
    const collector = inMemoryCollector();
    collector.increment('sent_total', { stream_name: 'orders', shard_id: 'a' }, 2);
    collector.increment('sent_total', { shard_id: 'a', stream_name: 'orders' }, 3);
    collector.gauge('age', { stream_name: 'orders' }, 5);
    collector.gauge('age', { stream_name: 'orders' }, 4);
    collector.histogram('seconds', {}, 0.5);
    expect(collector.counters).to.deep.equal({ 'sent_total{shard_id=a,stream_name=orders}': 5 });
    expect(collector.gauges).to.deep.equal({ 'age{stream_name=orders}': 4 });
    expect(collector.histograms.seconds).to.include({ count: 1, sum: 0.5, min: 0.5, max: 0.5, values: undefined });
  });

  it('should keep series apart whose labels could be taken for one another', () => {
    const collector = inMemoryCollector();
    collector.increment('a', { b: 'c,d=e' }, 1);
    collector.increment('a', { b: 'c', d: 'e' }, 2);
    collector.increment('a', { b: 'c', d: '' }, 4);
    expect(collector.counters).to.deep.equal({ 'a{b="c,d=e"}': 1, 'a{b=c,d=e}': 2, 'a{b=c,d=}': 4 });
  });

  it('should forget a series that is removed, and begin it anew', () => {
    const collector = inMemoryCollector();
    const labels = { shard_id: 'a' };
    for (const metric of ['b', 'c']) collector.increment(metric, labels, 7);
    collector.gauge('d', labels, 7);
    collector.histogram('e', labels, 7);
    for (const metric of ['b', 'd', 'e', 'unknown']) collector.remove(metric, { ...labels });
    expect(collector.snapshot()).to.deep.equal({ counters: { 'c{shard_id=a}': 7 }, gauges: {}, histograms: {} });
    collector.increment('b', labels, 1);
    expect(collector.counters).to.include({ 'b{shard_id=a}': 1 });
  });

  it('should take snapshots that do not change, and that JSON can say', () => {
    const collector = inMemoryCollector({ keepValues: true });
    collector.histogram('seconds', {}, 1);
    const snapshot = collector.snapshot();
    collector.histogram('seconds', {}, 3);
    const { counters, gauges, histograms } = snapshot;
    for (const part of [snapshot, counters, gauges, histograms, histograms.seconds, histograms.seconds!.values]) {
      expect(part).to.be.frozen;
    }
    const figures = { count: 1, sum: 1, min: 1, max: 1, p50: 1, p90: 1, p99: 1, values: [1] };
    expect(JSON.parse(JSON.stringify(snapshot))).to.deep.equal({
      counters: {},
      gauges: {},
      histograms: { seconds: figures },
    });
    expect(collector.histograms.seconds!.values).to.deep.equal([1, 3]);
    collector.reset();
    expect(collector.snapshot()).to.deep.equal({ counters: {}, gauges: {}, histograms: {} });
    expect(snapshot.histograms.seconds).to.deep.equal(figures);
  });

  it('should know quantiles within 1 % of the true ones, over a wide range and below 0', () => {
    const magnitude = fc.oneof(fc.double({ min: 1e-8, max: 1e11, noNaN: true }), fc.nat(1_000_000), fc.constant(0));
    const value = fc.tuple(magnitude, fc.constantFrom(1, 1, 1, -1)).map(([size, sign]) => size * sign);
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 300 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          const collector = inMemoryCollector();
          for (const each of values) collector.histogram('h', {}, each);
          const exact = values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(q * values.length) - 1)]!;
          const told = collector.histograms.h!.quantile(q);
          expect(told).to.be.closeTo(exact, Math.abs(exact) * 0.0101);
        },
      ),
    );
  });

  it('should hold no more memory for more values (pitfall 49)', () => {
    const sketch = new QuantileSketch();
    for (let exponent = -40; exponent < 40; exponent += 0.001) sketch.add(10 ** exponent, 1);
    expect(sketch.buckets).to.be.below(2_500);
    const before = sketch.buckets;
    for (let i = 0; i < 100_000; i += 1) sketch.add(i, 1);
    expect(sketch.buckets).to.equal(before);
    for (let exponent = -40; exponent < 40; exponent += 0.001) sketch.add(-(10 ** exponent), 1);
    expect(sketch.buckets).to.be.below(5_000);
  });

  it('should take a value that is observed many times at once for as many', () => {
    const collector = inMemoryCollector({ keepValues: true });
    collector.histogramTimes('h', {}, 1, 3);
    collector.histogramTimes('h', {}, 5, 2);
    collector.histogramTimes('h', {}, 3, 97);
    const { h } = collector.histograms;
    expect([0, 0.02, 0.03, 0.97, 0.995, 1].map((q) => Math.round(h!.quantile(q)))).to.deep.equal([1, 1, 3, 3, 5, 5]);
    expect([h!.count, h!.sum, h!.values!.length]).to.deep.equal([102, 304, 102]);
  });

  it('should tell of values that are too large to be told apart that they are large', () => {
    const collector = inMemoryCollector();
    for (const value of [1e13, 1e14, 1e15]) collector.histogram('h', {}, value);
    expect(collector.histograms.h!.quantile(0.5)).to.equal(1e13);
    expect(collector.histograms.h!.quantile(1)).to.equal(1e15);
  });

  it('should bear values that no histogram should have', () => {
    const collector = inMemoryCollector();
    for (const value of [-1, 0, NaN, Infinity, 2]) collector.histogram('h', {}, value);
    const { h } = collector.histograms;
    expect(h!.count).to.equal(3);
    expect([h!.min, h!.max, h!.sum]).to.deep.equal([-1, 2, 1]);
    expect(h!.quantile(0.5)).to.equal(0);
  });

  it('should refuse options and fractions that are wrong', () => {
    expect(() => inMemoryCollector({ keepValue: true } as never)).to.throw(TypeError, 'no option "keepValue"');
    expect(() => inMemoryCollector({ keepValues: 1 as never })).to.throw(TypeError, 'keepValues must be true or false');
    const collector = inMemoryCollector();
    collector.histogram('h', {}, 1);
    for (const q of [-0.1, 1.1, NaN])
      expect(() => collector.histograms.h!.quantile(q)).to.throw(RangeError, 'q must be');
  });
});
