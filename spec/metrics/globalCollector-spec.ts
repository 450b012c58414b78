import { expect } from 'chai';
import { of } from 'rxjs';
import { getMetricsCollector, resetMetricsCollector, setMetricsCollector } from '../../src/metrics/globalCollector.ts';
import { noopCollector } from '../../src/metrics/noopCollector.ts';
import { toKinesis } from '../../src/producer/toKinesis.ts';
import { shard, workbench } from '../consumer/workbench.ts';
import { recordingCollector } from './recordingCollector.ts';

const received = `consumer_records_received_total{shard_id=${shard(0)}}`;

describe('setMetricsCollector', () => {
  afterEach(resetMetricsCollector);

  it('should have sources and sinks report that are subscribed from then on', () => {
    const { clock, fake, put, read } = workbench();
    const { collector, series } = recordingCollector();
    read({ checkpoints: undefined, startAt: 'TRIM_HORIZON' });
    expect(getMetricsCollector()).to.equal(noopCollector);
    setMetricsCollector(collector);
    expect(getMetricsCollector()).to.equal(collector);
    read();
    put(shard(0), 'a');
    of(Buffer.from('b'))
      .pipe(toKinesis('orders', { client: fake, scheduler: clock }))
      .subscribe();
    clock.pass(2_000);
    expect(series()).to.include({ [received]: 2, 'producer_records_sent_total{}': 1 });
    resetMetricsCollector();
    expect(getMetricsCollector()).to.equal(noopCollector);
  });

  it('should give way to a collector of the source', () => {
    const { clock, put, read } = workbench();
    const [common, own] = [recordingCollector(), recordingCollector()];
    setMetricsCollector(common.collector);
    read({ metrics: own.collector });
    put(shard(0), 'a');
    clock.pass(2_000);
    expect(common.series()).to.be.empty;
    expect(own.series()).to.include({ [received]: 1 });
  });

  it('should refuse what is no collector', () => {
    expect(() => setMetricsCollector({} as never)).to.throw(TypeError, 'collector must be a metrics collector');
  });
});
