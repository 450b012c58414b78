import { expect } from 'chai';
import { Subject, tap } from 'rxjs';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import type { Diagnostic } from '../../src/diagnostics/Diagnostic.ts';
import { Diagnostics } from '../../src/diagnostics/Diagnostics.ts';
import { inMemoryCollector } from '../../src/metrics/inMemoryCollector.ts';
import type { MetricsCollector } from '../../src/metrics/MetricsCollector.ts';
import { noopCollector } from '../../src/metrics/noopCollector.ts';
import { tapMetrics } from '../../src/metrics/tapMetrics.ts';
import { toKinesis } from '../../src/producer/toKinesis.ts';
import { shard, workbench } from '../consumer/workbench.ts';

const LABELS = { stream_name: 'orders' };

function call(times: number): void {
  for (let i = 0; i < times; i += 1) {
    noopCollector.increment('sent_total', LABELS, 1);
    noopCollector.gauge('age', LABELS, 1);
    noopCollector.histogram('seconds', LABELS, 1);
  }
}

/** Copies records from stream to stream, and counts the events that are made meanwhile, and the records that have a time. */
function copy(metrics: MetricsCollector) {
  const emit: (this: Diagnostics, event: Diagnostic) => void = Reflect.get(Diagnostics.prototype, 'emit');
  let [events, timed] = [0, 0];
  Diagnostics.prototype.emit = function (event) {
    events += 1;
    emit.call(this, event);
  };
  try {
    const { clock, fake, put, read } = workbench({ streams: { orders: {}, copies: {} } });
    const until = new Subject<void>();
    fake.fail({ operation: 'GetRecords', error: 'InternalFailure', times: 1 });
    fake.failEntries({ code: 'InternalFailure', times: 1 });
    const reader = read({
      until,
      metrics,
      maxInFlightRecords: 2,
      onDiagnostic: undefined as never,
      pipe: (source) =>
        source.pipe(
          tap(({ delivery, index }) => (timed += delivery.deliveredMs(index) === undefined ? 0 : 1)),
          toKinesis('copies', { client: fake, scheduler: clock, metrics }),
          checkpoint(),
          tapMetrics(metrics),
        ),
    });
    put(shard(0), 'a', 'b', 'c');
    clock.pass(10_000);
    fake.split('orders', shard(0));
    clock.pass(60_000);
    until.next();
    clock.pass(1_000);
    expect(reader.delivered).to.deep.equal(['a', 'b', 'c']);
    expect(reader.isComplete).to.be.true;
  } finally {
    Diagnostics.prototype.emit = emit;
  }
  return { events, timed };
}

describe('noopCollector', () => {
  it('should have no event made, and no time kept of any record (pitfall 48)', () => {
    expect(copy(noopCollector)).to.deep.equal({ events: 0, timed: 0 });
    const heard = copy(inMemoryCollector());
    expect(heard.events).to.be.above(20);
    expect(heard.timed).to.equal(3);
  });

  it('should allocate nothing when it is called (pitfall 48)', () => {
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
