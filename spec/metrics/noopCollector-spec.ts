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
    // So few calls that no garbage is collected meanwhile, mostly.
    const grown = Array.from({ length: 9 }, () => {
      const before = process.memoryUsage().heapUsed;
      call(2_000);
      return process.memoryUsage().heapUsed - before;
    }).sort((a, b) => a - b);
    expect(grown[4]).to.be.below(20_000);
  });

  it('should stay as it is', () => {
    expect(noopCollector).to.be.frozen;
  });
});
