import { expect } from 'chai';
import { noopCollector } from '../../src/metrics/noopCollector.ts';

const LABELS = { stream_name: 'orders' };

function call(times: number): void {
  for (let i = 0; i < times; i += 1) {
    noopCollector.increment('sent_total', LABELS, 1);
    noopCollector.gauge('age', LABELS, 1);
    noopCollector.histogram('seconds', LABELS, 1);
  }
}

describe('noopCollector', () => {
  it('should allocate nothing (pitfall 48)', () => {
    call(100_000);
    const grown = [1, 2, 3].map(() => {
      const before = process.memoryUsage().heapUsed;
      call(100_000);
      return process.memoryUsage().heapUsed - before;
    });
    expect(Math.min(...grown)).to.be.below(100_000);
  });

  it('should stay as it is', () => {
    expect(noopCollector).to.be.frozen;
  });
});
