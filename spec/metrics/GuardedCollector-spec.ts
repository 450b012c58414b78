import { expect } from 'chai';
import { timer } from 'rxjs';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import type { MetricsCollector } from '../../src/metrics/MetricsCollector.ts';
import { tapMetrics } from '../../src/metrics/tapMetrics.ts';
import { shard, workbench } from '../consumer/workbench.ts';
import { warningsDuring } from '../diagnostics/warningsDuring.ts';
import { recordingCollector } from './recordingCollector.ts';

const METHODS = ['increment', 'gauge', 'histogram', 'remove'] as const;

/** What a collector has of a reader that came and went. */
function readWith(collector: MetricsCollector): void {
  const { clock, put, read } = workbench({ streams: { orders: { shards: 2 } } });
  for (const id of [shard(0), shard(1)]) put(id, 'a', 'b');
  read({ until: timer(9_000, clock), pipe: (source) => source.pipe(checkpoint(), tapMetrics(collector)) });
  clock.pass(20_000);
}

describe('GuardedCollector', () => {
  it('should keep what one call throws from all other calls, and report it once', async () => {
    const whole = recordingCollector();
    readWith(whole.collector);
    for (const method of METHODS) {
      const { collector, series } = recordingCollector();
      let calls = 0;
      const failing: MetricsCollector = {
        ...collector,
        [method]: (...args: [string, Record<string, string>, number]) => {
          collector[method]!(...args);
          calls += 1;
          throw new Error('broken collector');
        },
      };
      const warnings = await warningsDuring(() => readWith(failing));
      expect(calls).to.be.greaterThan(1);
      expect(series()).to.deep.equal(whole.series());
      expect(warnings.map(({ name }) => name)).to.deep.equal(['KinesisMetricsWarning']);
    }
  });

  it('should report once that a collector rejects, and let no rejection end the process', async () => {
    const rejections: unknown[] = [];
    const listener = (error: unknown) => rejections.push(error);
    process.on('unhandledRejection', listener);
    const reject: () => unknown = () => Promise.reject(new Error('broken promise'));
    const warnings = await warningsDuring(() => {
      readWith({ increment: reject, gauge: reject, histogram: reject, remove: reject });
    });
    process.off('unhandledRejection', listener);
    expect(rejections).to.be.empty;
    expect(warnings).to.have.lengthOf(1);
    expect(warnings[0]!.message).to.include('broken promise');
  });
});
