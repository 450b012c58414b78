import { metrics, type Meter, type ObservableCallback } from '@opentelemetry/api';
import { expect } from 'chai';
import { openTelemetryCollector } from '../../../src/metrics/opentelemetry/openTelemetryCollector.ts';
import type { OpenTelemetryCollectorOptions } from '../../../src/metrics/opentelemetry/OpenTelemetryCollectorOptions.ts';
import { METRICS } from '../../../src/metrics/catalogue.ts';
import { VirtualClock } from '../../support/VirtualClock.ts';

interface Recorded {
  readonly name: string;
  readonly value: number;
  readonly attributes: unknown;
}

/** A meter that writes down what it is asked for. */
class RecordingMeter {
  readonly made: { readonly kind: string; readonly name: string; readonly options: unknown }[] = [];
  readonly recorded: Recorded[] = [];
  readonly callbacks = new Map<string, Set<ObservableCallback>>();

  createCounter(name: string, options: unknown) {
    this.made.push({ kind: 'counter', name, options });
    return { add: this.#recorder(name) };
  }

  createHistogram(name: string, options: unknown) {
    this.made.push({ kind: 'histogram', name, options });
    return { record: this.#recorder(name) };
  }

  createObservableGauge(name: string, options: unknown) {
    this.made.push({ kind: 'gauge', name, options });
    const callbacks = new Set<ObservableCallback>();
    this.callbacks.set(name, callbacks);
    return {
      addCallback: (callback: ObservableCallback) => callbacks.add(callback),
      removeCallback: (callback: ObservableCallback) => callbacks.delete(callback),
    };
  }

  /** What the callbacks report. */
  observed(): Recorded[] {
    const before = this.recorded.length;
    for (const [name, callbacks] of this.callbacks) {
      for (const callback of callbacks) void callback({ observe: this.#recorder(name) });
    }
    return this.recorded.splice(before);
  }

  #recorder(name: string) {
    return (value: number, attributes: unknown) => void this.recorded.push({ name, value, attributes });
  }
}

const orders = { stream_name: 'orders' };
const shard = { stream_name: 'orders', shard_id: 'shardId-0' };

function newCollector(options: OpenTelemetryCollectorOptions = {}) {
  const meter = new RecordingMeter();
  return { meter, collector: openTelemetryCollector({ meter: meter as unknown as Meter, ...options }) };
}

describe('openTelemetryCollector', () => {
  it('should make an instrument of the kind of each metric, at its first value', () => {
    const { meter, collector } = newCollector();
    expect(meter.made).to.be.empty;
    for (let i = 0; i < 2; i++) {
      collector.increment('producer_bytes_sent_total', orders, 10);
      collector.gauge('producer_queue_size', orders, 3);
      collector.histogram('producer_flush_duration_seconds', orders, 0.5);
    }
    expect(meter.made).to.deep.equal([
      {
        kind: 'counter',
        name: 'producer_bytes_sent_total',
        options: { unit: 'By', description: METRICS.producer_bytes_sent_total.help },
      },
      {
        kind: 'gauge',
        name: 'producer_queue_size',
        options: { unit: '{record}', description: METRICS.producer_queue_size.help },
      },
      {
        kind: 'histogram',
        name: 'producer_flush_duration_seconds',
        options: {
          unit: 's',
          description: METRICS.producer_flush_duration_seconds.help,
          advice: { explicitBucketBoundaries: METRICS.producer_flush_duration_seconds.buckets },
        },
      },
    ]);
  });

  it('should record values with the labels as attributes, the same object for the same series', () => {
    const { meter, collector } = newCollector();
    collector.increment('x_total', orders, 2);
    collector.histogram('y_seconds', orders, 0.5);
    expect(meter.recorded).to.deep.equal([
      { name: 'x_total', value: 2, attributes: orders },
      { name: 'y_seconds', value: 0.5, attributes: orders },
    ]);
    expect(meter.recorded[0]!.attributes).to.equal(orders);
  });

  it('should add constant labels, which a series may have otherwise', () => {
    const { meter, collector } = newCollector({ labels: { env: 'live' } });
    for (let i = 0; i < 2; i++) collector.increment('x_total', orders, 1);
    collector.increment('x_total', { env: 'test' }, 1);
    collector.gauge('y', orders, 1);
    const [first, second, third] = meter.recorded.map(({ attributes }) => attributes);
    expect(first).to.deep.equal({ env: 'live', stream_name: 'orders' });
    expect(second).to.equal(first);
    expect(third).to.deep.equal({ env: 'test' });
    expect(meter.observed().map(({ attributes }) => attributes)).to.deep.equal([first]);
  });

  it('should observe the last value of each gauge that was not removed', () => {
    const { meter, collector } = newCollector();
    const other = { ...shard, shard_id: 'shardId-1' };
    for (const value of [5, 7]) collector.gauge('consumer_lag_records', shard, value);
    collector.gauge('consumer_lag_records', other, 1);
    const name = 'consumer_lag_records';
    expect(meter.observed()).to.deep.equal([
      { name, value: 7, attributes: shard },
      { name, value: 1, attributes: other },
    ]);
    collector.remove('consumer_lag_records', { ...shard });
    collector.remove('unknown', shard);
    expect(meter.observed()).to.deep.equal([{ name, value: 1, attributes: other }]);
    collector.gauge('consumer_lag_records', shard, 2);
    expect(meter.observed().map(({ value }) => value)).to.deep.equal([1, 2]);
  });

  it('should put the prefix before all names, parted by one dot', () => {
    for (const prefix of ['shop', 'shop.']) {
      const { meter, collector } = newCollector({ prefix });
      collector.increment('x_total', {}, 1);
      collector.gauge('y', {}, 1);
      collector.histogram('z', {}, 1);
      expect(meter.made.map(({ name }) => name)).to.deep.equal(['shop.x_total', 'shop.y', 'shop.z']);
    }
  });

  it('should tell the unit of a metric of your own by its name, if it can', () => {
    const { meter, collector } = newCollector();
    const names = [
      'a_seconds',
      'b_seconds_total',
      'c_milliseconds',
      'd_bytes_total',
      'orders_total',
      'bytes_of_x_total',
    ];
    for (const name of names) collector.increment(name, {}, 1);
    expect(meter.made.map(({ options }) => options)).to.deep.equal([
      { unit: 's' },
      { unit: 's' },
      { unit: 'ms' },
      { unit: 'By' },
      {},
      {},
    ]);
  });

  it('should leave out what is no finite number, and decrements', () => {
    const { meter, collector } = newCollector();
    for (const value of [NaN, Infinity, -Infinity]) {
      collector.increment('x_total', {}, value);
      collector.gauge('y', {}, value);
      collector.histogram('z', {}, value);
    }
    collector.increment('x_total', {}, -1);
    expect(meter.made).to.be.empty;
    collector.increment('x_total', {}, 0);
    collector.gauge('y', {}, -1);
    expect([...meter.recorded, ...meter.observed()].map(({ value }) => value)).to.deep.equal([0, -1]);
  });

  it('should measure timers by its scheduler', () => {
    const scheduler = new VirtualClock();
    const { meter, collector } = newCollector({ scheduler });
    const timer = collector.timer('x_seconds', orders);
    scheduler.pass(1_500);
    timer.stop();
    expect(meter.recorded).to.deep.equal([{ name: 'x_seconds', value: 1.5, attributes: orders }]);
  });

  it('should record nothing after close, and observe no gauge', async () => {
    const { meter, collector } = newCollector();
    collector.gauge('y', {}, 1);
    await collector.close();
    await collector.close();
    collector.increment('x_total', {}, 1);
    collector.gauge('y', {}, 2);
    collector.histogram('z', {}, 1);
    expect(meter.recorded).to.be.empty;
    expect(meter.callbacks.get('y')).to.have.property('size', 0);
    expect(meter.observed()).to.be.empty;
  });

  it('should ask the provider that is given, or else the global one at the first metric, for its meter', () => {
    const meter = new RecordingMeter();
    const asked: string[] = [];
    const meterProvider = {
      getMeter: (name: string) => {
        asked.push(name);
        return meter as unknown as Meter;
      },
    };
    openTelemetryCollector({ meterProvider }).increment('x_total', {}, 1);
    const early = openTelemetryCollector();
    metrics.setGlobalMeterProvider(meterProvider);
    try {
      for (const metric of ['y_total', 'z_total']) early.increment(metric, {}, 1);
    } finally {
      metrics.disable();
    }
    expect(asked).to.deep.equal(['rxjs-kinesis', 'rxjs-kinesis']);
    expect(meter.made.map(({ name }) => name)).to.deep.equal(['x_total', 'y_total', 'z_total']);
  });

  describe('with wrong options', () => {
    const meter = new RecordingMeter();
    for (const [options, message] of [
      [{ metre: meter }, 'openTelemetryCollector has no option "metre"'],
      [{ meter, meterProvider: { getMeter: () => meter } }, 'leave out one of meter and meterProvider'],
      [{ meter: {} }, 'meter must be a Meter of @opentelemetry/api; got an object'],
      [{ meterProvider: meter }, 'meterProvider must be a MeterProvider of @opentelemetry/api; got an object'],
      [{ prefix: '1a' }, 'prefix must be a letter, then letters, digits, _, ., - and /'],
      [{ prefix: 'a b' }, 'got "a b"'],
      [{ prefix: 5 }, 'got 5'],
      [{ labels: { a: 1 } }, 'labels.a must be a string; got 1'],
      [{ scheduler: {} }, 'scheduler must be a SchedulerLike'],
    ] as const) {
      it(`should throw a TypeError: ${message}`, () => {
        expect(() => openTelemetryCollector(options as object)).to.throw(TypeError, message);
      });
    }
  });
});
