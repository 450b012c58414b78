import { expect } from 'chai';
import { from } from 'rxjs';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { memoryCheckpoints } from '../../src/checkpoint/memoryCheckpoints.ts';
import type { Lease } from '../../src/checkpoint/Lease.ts';
import { tapMetrics } from '../../src/metrics/tapMetrics.ts';
import { faultyCheckpoints } from '../../src/testing/faultyCheckpoints.ts';
import { leaseOf, shard, workbench } from '../consumer/workbench.ts';
import { recordingCollector } from './recordingCollector.ts';

const position = { sequenceNumber: '7', subSequenceNumber: 0 };
const success = `consumer_checkpoint_success_total{shard_id=${shard(0)}}`;
const failure = `consumer_checkpoint_failure_total{shard_id=${shard(0)}}`;

/** Series by name, with the streams that they are of. */
function streamsOf() {
  const streams = new Set<string>();
  const recording = recordingCollector();
  const { collector } = recording;
  return {
    ...recording,
    streams,
    collector: {
      ...collector,
      increment: (metric: string, labels: Readonly<Record<string, string>>, value: number) => {
        streams.add(labels.stream_name!);
        collector.increment(metric, labels, value);
      },
    },
  };
}

describe('The metrics of a store', () => {
  it('should count under <standalone> what is written past any source, lost leases included', () => {
    const { collector, series, streams } = streamsOf();
    const store = memoryCheckpoints({ metrics: collector });
    from(
      store.create('orders', [{ shardId: shard(0), parentShardIds: [], checkpoint: 'TRIM_HORIZON' } as never]),
    ).subscribe();
    from(store.take(leaseOf(store, shard(0))!, { workerId: 'me', token: 'a' })).subscribe();
    const held = leaseOf(store, shard(0))!;
    from(store.checkpoint(held, position)).subscribe();
    const lost: Lease = { ...held, token: 'b' };
    from(store.checkpoint(lost, position)).subscribe();
    expect(series()).to.deep.equal({ [success]: 1, [failure]: 1 });
    expect([...streams]).to.deep.equal(['<standalone>']);
  });

  it('should count under its stream what a source writes, once, and nothing else of that source', () => {
    for (const also of ['nowhere', 'in the options', 'by a tap'] as const) {
      const { collector, series, streams } = streamsOf();
      const { clock, put, read } = workbench();
      read({
        checkpoints: faultyCheckpoints(memoryCheckpoints({ metrics: collector }), []),
        ...(also === 'in the options' && { metrics: collector }),
        ...(also === 'by a tap' && { pipe: (source) => source.pipe(checkpoint(), tapMetrics(collector)) }),
      });
      put(shard(0), 'a');
      clock.pass(7_000);
      expect(series(/checkpoint_(success|failure)/)).to.deep.equal({ [success]: 1 });
      expect([...streams]).to.deep.equal(['orders']);
      expect(Object.keys(series()).length > 1).to.equal(also !== 'nowhere');
    }
  });

  it('should refuse what is no collector, and options that it has not', () => {
    expect(() => memoryCheckpoints({ metrics: {} as never })).to.throw(
      TypeError,
      'metrics must be a metrics collector',
    );
    expect(() => memoryCheckpoints({ ttl: 1 } as never)).to.throw(TypeError, 'no option "ttl"');
  });
});
