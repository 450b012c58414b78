import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { StatsD } from 'hot-shots';
import { TestScheduler } from 'rxjs/testing';
import type { StatsdClientLike } from '../../../src/metrics/statsd/StatsdClientLike.ts';
import { statsdCollector } from '../../../src/metrics/statsd/statsdCollector.ts';
import type { StatsdCollectorOptions } from '../../../src/metrics/statsd/StatsdCollectorOptions.ts';
import { warningsDuring } from '../../diagnostics/warningsDuring.ts';
import { VirtualClock } from '../../support/VirtualClock.ts';

const orders = { stream_name: 'orders' };
const shard = { stream_name: 'orders', shard_id: 'shardId-0' };

/** A collector on a client of hot-shots that writes its lines down. */
function newCollector(options: StatsdCollectorOptions = {}) {
  const client = new StatsD({ mock: true });
  const clock = new VirtualClock();
  const collector = statsdCollector({ client, scheduler: clock, ...options });
  const sent = () => client.mockBuffer!.splice(0);
  return { client, clock, collector, sent };
}

describe('statsdCollector', () => {
  it('should send nothing before the interval is over, and then one line a counter with its sum (pitfall 50)', () => {
    const { clock, collector, sent } = newCollector();
    for (let times = 0; times < 10_000; times += 1) collector.increment('producer_records_sent_total', orders, 3);
    collector.increment('producer_throttles_total', { stream_name: 'orders' }, 1);
    clock.pass(999);
    expect(sent()).to.be.empty;
    clock.pass(1);
    expect(sent()).to.deep.equal([
      'producer_records_sent_total:30000|c|#stream_name:orders',
      'producer_throttles_total:1|c|#stream_name:orders',
    ]);
  });

  it('should be closed after 5 seconds though the client that was given never calls back', async () => {
    const { client, clock, collector } = newCollector();
    Object.assign(client, { send: () => undefined, flush: () => undefined, flushQueue: () => undefined });
    collector.increment('x_total', {}, 1);
    let isClosed = false;
    void collector.close().then(() => (isClosed = true));
    clock.pass(4_999);
    await nextTurn();
    expect(isClosed).to.be.false;
    clock.pass(1);
    await nextTurn();
    expect(isClosed).to.be.true;
  });

  it('should take off what it has sent', () => {
    const { clock, collector, sent } = newCollector({ flushIntervalMs: 250 });
    collector.increment('x_total', {}, 2);
    clock.pass(250);
    collector.increment('x_total', {}, 3);
    clock.pass(250);
    expect(sent()).to.deep.equal(['x_total:2|c', 'x_total:3|c']);
  });

  it('should have a timer only while there is something to send', () => {
    const { clock, collector } = newCollector();
    expect(clock.pending).to.equal(0);
    collector.increment('x_total', {}, 1);
    collector.gauge('x', {}, 1);
    expect(clock.pending).to.equal(1);
    clock.pass(1_000);
    expect(clock.pending).to.equal(0);
  });

  it('should end by itself in virtual time', () => {
    const client = new StatsD({ mock: true });
    new TestScheduler(() => undefined).run(({ flush }) => {
      const collector = statsdCollector({ client });
      collector.gauge('x', {}, 1);
      expect(client.mockBuffer).to.be.empty;
      flush();
    });
    expect(client.mockBuffer).to.deep.equal(['x:1|g']);
  });

  it('should send equal labels as one series', async () => {
    const { collector, sent } = newCollector();
    collector.increment('x_total', { a: '1', b: '2' }, 1);
    collector.increment('x_total', { b: '2', a: '1' }, 1);
    await collector.flush();
    expect(sent()).to.deep.equal(['x_total:2|c|#a:1,b:2']);
  });

  it('should repeat a gauge with its last value whenever anything is sent', () => {
    const { clock, collector, sent } = newCollector();
    for (const value of [5, 7]) collector.gauge('producer_queue_size', orders, value);
    clock.pass(1_000);
    collector.increment('x_total', {}, 1);
    clock.pass(5_000);
    expect(sent()).to.deep.equal([
      'producer_queue_size:7|g|#stream_name:orders',
      'x_total:1|c',
      'producer_queue_size:7|g|#stream_name:orders',
    ]);
  });

  it('should forget a gauge that is removed, and know it again when it is set', async () => {
    const { collector, sent } = newCollector();
    collector.gauge('consumer_lag_records', shard, 9);
    collector.remove('consumer_lag_records', { ...shard });
    await collector.flush();
    expect(sent()).to.be.empty;
    collector.gauge('consumer_lag_records', shard, 1);
    await collector.flush();
    expect(sent()).to.deep.equal(['consumer_lag_records:1|g|#stream_name:orders,shard_id:shardId-0']);
  });

  it('should still send what was counted of a series before it was removed', async () => {
    const { collector, sent } = newCollector();
    collector.increment('x_total', shard, 4);
    collector.histogram('y_seconds', shard, 0.5);
    for (const metric of ['x_total', 'y_seconds']) collector.remove(metric, shard);
    collector.increment('x_total', shard, 1);
    await collector.flush();
    expect(sent().map((line) => line.split('|#')[0])).to.deep.equal(['x_total:4|c', 'y_seconds:0.5|h', 'x_total:1|c']);
  });

  it('should send the observations of a histogram, or as many as fit with the rate that makes up for the others', async () => {
    const { collector, sent } = newCollector({ maxSamples: 2 });
    for (const value of [0.25, 0.5]) collector.histogram('few_seconds', {}, value);
    for (let i = 0; i < 8; i++) collector.histogram('many_seconds', {}, 1);
    await collector.flush();
    expect(sent()).to.deep.equal([
      'few_seconds:0.25|h',
      'few_seconds:0.5|h',
      'many_seconds:1|h|@0.25',
      'many_seconds:1|h|@0.25',
    ]);
  });

  it('should send at most 100 observations of a series by default', async () => {
    const { collector, sent } = newCollector();
    for (let i = 0; i < 1_000; i++) collector.histogram('x', {}, i);
    await collector.flush();
    const lines = sent();
    expect(lines).to.have.lengthOf(100);
    expect(lines.every((line) => line.endsWith('|h|@0.1'))).to.be.true;
  });

  it('should send histograms as distributions on demand', async () => {
    const { collector, sent } = newCollector({ distribution: true });
    collector.histogram('x', {}, 3);
    await collector.flush();
    expect(sent()).to.deep.equal(['x:3|d']);
  });

  it('should write what hot-shots would write of the same values, with its prefix, suffix and tags', async () => {
    const settings = { mock: true, prefix: 'shop', suffix: 'eu', globalTags: { team: 'a' } };
    const [byHotShots, client] = [new StatsD(settings), new StatsD(settings)];
    byHotShots.increment('x_total', 2, { a: '1' });
    byHotShots.histogram('y', 0.5, { a: '1' });
    byHotShots.gauge('z', -3, { a: '1' });
    const { collector } = newCollector({ client });
    collector.increment('x_total', { a: '1' }, 2);
    collector.histogram('y', { a: '1' }, 0.5);
    collector.gauge('z', { a: '1' }, -3);
    await collector.flush();
    expect(client.mockBuffer).to.deep.equal(byHotShots.mockBuffer);
  });

  it('should leave out what is no finite number, and decrements', async () => {
    const { clock, collector, sent } = newCollector();
    for (const value of [NaN, Infinity, -Infinity]) {
      collector.increment('x_total', {}, value);
      collector.gauge('y', {}, value);
      collector.histogram('z', {}, value);
    }
    collector.increment('x_total', {}, -1);
    expect(clock.pending).to.equal(0);
    collector.increment('x_total', {}, 0);
    await collector.flush();
    expect(sent()).to.deep.equal(['x_total:0|c']);
  });

  it('should send exact totals, however calls, flushes and removals alternate', () => {
    const act = fc.oneof(
      fc.record({ type: fc.constant('increment' as const), label: fc.nat(2), value: fc.nat(1_000) }),
      fc.record({ type: fc.constantFrom('remove' as const, 'flush' as const), label: fc.nat(2), value: fc.nat(500) }),
    );
    fc.assert(
      fc.property(fc.array(act), (acts) => {
        const { clock, collector, sent } = newCollector();
        const expected: Record<string, number> = {};
        for (const { type, label, value } of acts) {
          const labels = { a: String(label) };
          if (type === 'flush') clock.pass(value);
          else if (type === 'remove') collector.remove('x_total', labels);
          else {
            collector.increment('x_total', labels, value);
            expected[label] = (expected[label] ?? 0) + value;
          }
        }
        clock.pass(1_000);
        const totals: Record<string, number> = {};
        for (const line of sent()) {
          const [, value, label] = /^x_total:(\d+)\|c\|#a:(\d)$/.exec(line)!;
          totals[label!] = (totals[label!] ?? 0) + Number(value);
        }
        expect(totals).to.deep.equal(expected);
      }),
    );
  });

  it('should measure timers by its scheduler', async () => {
    const { clock, collector, sent } = newCollector({ flushIntervalMs: 60_000 });
    const timer = collector.timer('x_seconds');
    clock.pass(1_500);
    timer.stop();
    await collector.flush();
    expect(sent()).to.deep.equal(['x_seconds:1.5|h']);
  });

  describe('for plain StatsD', () => {
    it('should fold labels into names and send no tags', async () => {
      const { collector, sent } = newCollector({ flavour: 'statsd', prefix: 'shop', labels: { env: 'live' } });
      collector.increment('consumer_records_received_total', shard, 412);
      collector.gauge('producer_queue_size', orders, 7);
      await collector.flush();
      expect(sent()).to.deep.equal([
        'shop.consumer_records_received_total.orders.shardId-0.live:412|c',
        'shop.producer_queue_size.orders.live:7|g',
      ]);
    });

    it('should send histograms as timers, and seconds in milliseconds', async () => {
      const { collector, sent } = newCollector({ flavour: 'statsd', maxSamples: 1 });
      collector.histogram('producer_flush_duration_seconds', orders, 1.001);
      collector.histogram('producer_batch_size', orders, 500);
      collector.histogram('mine_seconds', {}, 2);
      for (let i = 0; i < 4; i++) collector.histogram('mine_milliseconds', {}, 5);
      await collector.flush();
      expect(sent()).to.deep.equal([
        'producer_flush_duration_seconds.orders:1001|ms',
        'producer_batch_size.orders:500|ms',
        'mine_seconds:2000|ms',
        'mine_milliseconds:5|ms|@0.25',
      ]);
    });

    it('should set a gauge below zero by way of zero, as a minus means a difference there', async () => {
      const { collector, sent } = newCollector({ flavour: 'statsd' });
      collector.gauge('x', {}, -5);
      await collector.flush();
      expect(sent()).to.deep.equal(['x:0|g', 'x:-5|g']);
    });
  });

  describe('on a client that is not of hot-shots', () => {
    const calls: unknown[][] = [];
    const method =
      (name: string) =>
      (...args: unknown[]) => {
        calls.push([name, ...args.slice(0, 3)]);
      };
    const client: StatsdClientLike = {
      increment: method('increment'),
      gauge: method('gauge'),
      histogram: method('histogram'),
      distribution: method('distribution'),
      timing: method('timing'),
    };

    it('should call its methods, and wait for none of them', async () => {
      calls.length = 0;
      const collector = statsdCollector({ client });
      collector.increment('x_total', { a: '1' }, 2);
      collector.gauge('y', {}, 3);
      collector.histogram('z_seconds', {}, 0.5);
      await collector.close();
      const distributing = statsdCollector({ client, distribution: true });
      distributing.histogram('z_seconds', {}, 0.5);
      await distributing.close();
      const plain = statsdCollector({ client, flavour: 'statsd' });
      plain.histogram('z_seconds', { a: '1' }, 0.5);
      await plain.close();
      expect(calls).to.deep.equal([
        ['increment', 'x_total', 2, { a: '1' }],
        ['histogram', 'z_seconds', 0.5, {}],
        ['gauge', 'y', 3, {}],
        ['distribution', 'z_seconds', 0.5, {}],
        ['timing', 'z_seconds.1', 500, {}],
      ]);
    });

    it('should report once what it throws or calls back with, and again after it worked', async () => {
      let failure: 'throws' | 'calls back' | undefined = 'throws';
      const failing: StatsdClientLike = {
        ...client,
        increment: (_stat, _value, _tags, callback) => {
          if (failure === 'throws') throw new Error('broken client');
          callback(failure && new Error('connection refused'));
        },
      };
      const collector = statsdCollector({ client: failing });
      const attempt = () => {
        collector.increment('x_total', {}, 1);
        void collector.flush();
      };
      const warnings = await warningsDuring(() => {
        for (const each of ['throws', 'calls back', undefined, undefined, 'calls back', 'throws'] as const) {
          failure = each;
          attempt();
        }
      });
      expect(warnings.map(({ name }) => name)).to.deep.equal(['KinesisMetricsWarning', 'KinesisMetricsWarning']);
      expect(warnings[0]!.message).to.include('the client given: broken client');
      expect(warnings[1]!.message).to.include('connection refused');
      await collector.close();
    });
  });

  describe('close', () => {
    it('should send what is left, once, and take nothing any more', async () => {
      const { clock, collector, sent } = newCollector();
      collector.increment('x_total', {}, 1);
      await Promise.all([collector.close(), collector.close()]);
      expect(sent()).to.deep.equal(['x_total:1|c']);
      collector.increment('x_total', {}, 1);
      collector.gauge('y', {}, 1);
      collector.histogram('z', {}, 1);
      await collector.flush();
      expect(sent()).to.be.empty;
      expect(clock.pending).to.equal(0);
    });

    it('should wait, as flush() does, for what the interval has sent and is still under way', async () => {
      const calls: (() => void)[] = [];
      const keep = (...args: readonly unknown[]) => void calls.push(args.at(-1) as () => void);
      const client = {
        ...{ prefix: '', suffix: '', increment: keep, gauge: keep, histogram: keep },
        ...{ send: keep, sendMessage: keep, flushQueue: keep },
      };
      const clock = new VirtualClock();
      const collector = statsdCollector({ client, scheduler: clock });
      collector.increment('x_total', {}, 1);
      clock.pass(1_000);
      const order: string[] = [];
      const done = [
        collector.flush().then(() => order.push('flushed')),
        collector.close().then(() => order.push('closed')),
      ];
      await nextTurn();
      order.push('called back');
      for (const callBack of calls) callBack();
      await Promise.all(done);
      expect(order).to.deep.equal(['called back', 'flushed', 'closed']);
    });

    it('should leave a client alone that was given', async () => {
      const { client, collector } = newCollector();
      let closes = 0;
      client.close = () => {
        closes++;
      };
      await collector.close();
      expect(closes).to.equal(0);
    });
  });

  it('should leave nothing behind at the process, however many there are', async () => {
    const before = process.listenerCount('beforeExit');
    const collectors = Array.from({ length: 20 }, () => newCollector().collector);
    for (const collector of collectors) collector.increment('x_total', {}, 1);
    expect(process.listenerCount('beforeExit')).to.equal(before + 1);
    for (const collector of collectors) await collector.close();
    expect(process.listenerCount('beforeExit')).to.equal(before);
  });

  describe('with wrong options', () => {
    const wrong = (options: object) => () => statsdCollector(options);
    const client = new StatsD({ mock: true });

    for (const [options, message] of [
      [{ flushInterval: 1 }, 'statsdCollector has no option "flushInterval"'],
      [{ flushIntervalMs: '1s' }, 'flushIntervalMs must be an integer from 100 to 600000; got "1s"'],
      [{ client, host: 'a' }, "host is the client's own: leave out one of client and host"],
      [{ client, port: 1 }, "port is the client's own"],
      [
        { client: { increment: () => 0, gauge: () => 0 } },
        'client must be a StatsD of hot-shots, or have its method histogram',
      ],
      [{ client: 'udp' }, 'or have its method increment; got "udp"'],
      [
        { client: { increment: () => 0, gauge: () => 0, histogram: () => 0 }, distribution: true },
        'its method distribution',
      ],
      [{ protocol: 'tcp' }, `protocol must be 'udp' or 'uds'; got "tcp"`],
      [{ protocol: 'udp', path: '/x' }, "path is of protocol 'uds'"],
      [{ path: '/x', port: 1 }, "port is of protocol 'udp'; got it with path"],
      [{ protocol: 'uds', host: 'a' }, "host is of protocol 'udp'; got it with protocol 'uds'"],
      [{ host: '' }, 'host must be a string that is not empty; got ""'],
      [{ prefix: 'a:b' }, 'prefix must be a string of letters, digits, _, - and .; got "a:b"'],
      [{ flavour: 'etsy' }, `flavour must be 'datadog' or 'statsd'; got "etsy"`],
      [{ flavour: 'statsd', distribution: true }, "distribution is Datadog's"],
      [{ distribution: 1 }, 'distribution must be true or false; got 1'],
      [{ labels: { a: 1 } }, 'labels.a must be a string; got 1'],
      [{ labels: 'a:b' }, 'labels must be an object of strings; got "a:b"'],
      [{ scheduler: {} }, 'scheduler must be a SchedulerLike'],
    ] as const) {
      it(`should throw a TypeError: ${message}`, () => {
        expect(wrong(options)).to.throw(TypeError, message);
      });
    }

    for (const [options, message] of [
      [{ flushIntervalMs: 99 }, 'flushIntervalMs must be an integer from 100 to 600000; got 99'],
      [{ maxSamples: 0 }, 'maxSamples must be an integer from 1 to 10000; got 0'],
      [{ port: 65_536 }, 'port must be an integer from 1 to 65535; got 65536'],
    ] as const) {
      it(`should throw a RangeError: ${message}`, () => {
        expect(wrong(options)).to.throw(RangeError, message);
      });
    }
  });
});
