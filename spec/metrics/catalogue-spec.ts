import { expect } from 'chai';
import { definitionOf, METRICS } from '../../src/metrics/catalogue.ts';

const all = Object.entries(METRICS);

describe('METRICS', () => {
  it('should end the names of counters in _total, and of nothing else', () => {
    const wrong = all.filter(([name, { type }]) => name.endsWith('_total') !== (type === 'counter'));
    expect(wrong).to.be.empty;
  });

  it('should end the names of times in their unit', () => {
    for (const [name, { type, unit }] of all) {
      if (unit !== 'seconds' && unit !== 'milliseconds') continue;
      expect(name).to.match(type === 'counter' ? new RegExp(`_${unit}_total$`) : new RegExp(`_${unit}$`));
    }
  });

  it('should give buckets that rise to histograms, and to nothing else', () => {
    for (const [name, definition] of all) {
      const buckets = 'buckets' in definition ? definition.buckets : undefined;
      expect(buckets !== undefined, name).to.equal(definition.type === 'histogram');
      for (const [index, bound] of (buckets ?? []).entries()) expect(bound).to.be.above(buckets?.[index - 1] ?? 0);
    }
  });

  it('should name the stream in every series, first', () => {
    expect(all.filter(([, { labels }]) => labels[0] !== 'stream_name')).to.be.empty;
  });

  it('should know its own names, and no others', () => {
    expect(definitionOf('lease_owned')).to.equal(METRICS.lease_owned);
    expect(definitionOf('toString')).to.be.undefined;
  });
});
