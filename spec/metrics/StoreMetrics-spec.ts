import { expect } from 'chai';
import { defer, from, identity, share } from 'rxjs';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { memoryCheckpoints } from '../../src/checkpoint/memoryCheckpoints.ts';
import type { CheckpointStore } from '../../src/checkpoint/CheckpointStore.ts';
import { fromKinesis } from '../../src/consumer/fromKinesis.ts';
import { resetMetricsCollector, setMetricsCollector } from '../../src/metrics/globalCollector.ts';
import { warningsDuring } from '../diagnostics/warningsDuring.ts';
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

  it('should count each metric that the options of a tap leave out', () => {
    for (const options of [
      { include: ['consumer_checkpoint_success_total'] },
      { exclude: ['consumer_checkpoint_success_total'] },
      { exclude: ['consumer_checkpoint_failure_total'] },
    ] as const) {
      const { collector, series } = streamsOf();
      const { clock, put, read } = workbench();
      const faults = [{ effect: 'fail', method: 'checkpoint', times: 1 }] as const;
      read({
        checkpoints: faultyCheckpoints(memoryCheckpoints({ metrics: collector }), faults),
        pipe: (source) => source.pipe(checkpoint({ intervalMs: 100 }), tapMetrics(collector, options)),
      });
      put(shard(0), 'a');
      clock.pass(7_000);
      expect(series(/checkpoint_(success|failure)/)).to.deep.equal({ [success]: 1, [failure]: 1 });
    }
  });

  it('should count once what a source writes to a store that another object delegates to', () => {
    for (const where of ['global', 'tap', 'store'] as const) {
      const { collector, series, streams } = streamsOf();
      const store = memoryCheckpoints(where === 'store' ? { metrics: collector } : {});
      const delegate: CheckpointStore = {
        ...store,
        checkpoint: (...args) => defer(() => store.checkpoint(...args)),
      };
      if (where === 'global') setMetricsCollector(collector);
      const { clock, put, read } = workbench();
      read({
        checkpoints: delegate,
        pipe: (source) => source.pipe(checkpoint(), where === 'tap' ? tapMetrics(collector) : identity),
      });
      put(shard(0), 'a');
      clock.pass(7_000);
      resetMetricsCollector();
      expect(series(/checkpoint_(success|failure)/)).to.deep.equal({ [success]: 1 });
      expect([...streams]).to.deep.equal(['orders']);
    }
  });

  it('should go on counting what a source writes when a tap that counted it is gone, or never did', () => {
    const { collector, series } = streamsOf();
    const { clock, fake, put } = workbench();
    const checkpoints = memoryCheckpoints({ metrics: collector });
    const shared = fromKinesis('orders', { client: fake, scheduler: clock, checkpoints }).pipe(
      checkpoint({ intervalMs: 100 }),
      share(),
    );
    shared.subscribe();
    const narrow = shared.pipe(tapMetrics(collector, { include: ['lease_owned'] })).subscribe();
    put(shard(0), 'a');
    clock.pass(2_000);
    expect(series(/success/)).to.deep.equal({ [success]: 1 });
    narrow.unsubscribe();
    const wide = shared.pipe(tapMetrics(collector)).subscribe();
    put(shard(0), 'b');
    clock.pass(2_000);
    wide.unsubscribe();
    put(shard(0), 'c');
    clock.pass(2_000);
    expect(series(/success/)).to.deep.equal({ [success]: 3 });
  });

  it('should report to the collector that is set for all, and keep what it throws from the store', async () => {
    const { collector, series } = streamsOf();
    const store = memoryCheckpoints();
    const written: unknown[] = [];
    const write = (digits: string) => {
      const held = leaseOf(store, shard(0))!;
      from(store.checkpoint(held, { ...position, sequenceNumber: digits })).subscribe((lease) => written.push(lease));
    };
    from(
      store.create('orders', [{ shardId: shard(0), parentShardIds: [], checkpoint: 'TRIM_HORIZON' } as never]),
    ).subscribe();
    from(store.take(leaseOf(store, shard(0))!, { workerId: 'me', token: 'a' })).subscribe();
    setMetricsCollector(collector);
    write('1');
    const fail = () => {
      throw new Error('broken collector');
    };
    setMetricsCollector({ increment: fail, gauge: fail, histogram: fail });
    const warnings = await warningsDuring(() => {
      write('2');
    });
    resetMetricsCollector();
    expect(series()).to.deep.equal({ [success]: 1 });
    expect(warnings).to.have.lengthOf(1);
    expect(written).to.have.lengthOf(2);
    expect(leaseOf(store, shard(0))!.checkpoint).to.include({ sequenceNumber: '2' });
  });

  it('should refuse what is no collector, and options that it has not', () => {
    expect(() => memoryCheckpoints({ metrics: {} as never })).to.throw(
      TypeError,
      'metrics must be a metrics collector',
    );
    expect(() => memoryCheckpoints({ ttl: 1 } as never)).to.throw(TypeError, 'no option "ttl"');
  });
});
