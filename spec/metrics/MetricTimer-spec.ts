import { expect } from 'chai';
import { NEVER, noop, of, Subject, throwError } from 'rxjs';
import { BaseCollector } from '../../src/metrics/BaseCollector.ts';
import type { MetricLabels } from '../../src/metrics/MetricsCollector.ts';
import { warningsDuring } from '../diagnostics/warningsDuring.ts';

class Ten extends BaseCollector {
  readonly observed: [metric: string, labels: MetricLabels, value: number][] = [];
  readonly increment = noop;
  readonly gauge = noop;
  histogram(metric: string, labels: MetricLabels, value: number): void {
    this.observed.push([metric, labels, value]);
  }
}

function setUp() {
  let nowMs = 1_000;
  const collector = new Ten({ now: () => nowMs });
  return {
    collector,
    pass: (ms: number) => (nowMs += ms),
    seconds: () => collector.observed.map(([, , value]) => value),
  };
}

describe('MetricTimer', () => {
  it('should observe the seconds from its making to its stop, once', () => {
    const { collector, pass } = setUp();
    const timer = collector.timer('charge_seconds', { currency: 'EUR' });
    pass(1_500);
    expect(timer.stop()).to.equal(1.5);
    pass(1_000);
    expect(timer.stop()).to.equal(1.5);
    expect(collector.observed).to.deep.equal([['charge_seconds', { currency: 'EUR' }, 1.5]]);
  });

  it('should measure a callback that returns, and one that throws', () => {
    const { collector, pass, seconds } = setUp();
    expect(collector.timer('a').measure(() => (pass(100), 'done'))).to.equal('done');
    const fail = () => {
      pass(200);
      throw new Error('no');
    };
    expect(() => collector.timer('a').measure(fail)).to.throw('no');
    expect(seconds()).to.deep.equal([0.1, 0.2]);
  });

  it('should measure a Promise, given or returned, kept or broken', async () => {
    const { collector, pass, seconds } = setUp();
    expect(await collector.timer('a').measure(Promise.resolve(1))).to.equal(1);
    const broken = collector.timer('a').measure(async () => {
      await Promise.resolve();
      pass(300);
      throw new Error('no');
    });
    expect(await broken.catch((error: unknown) => error))
      .to.be.an('error')
      .with.property('message', 'no');
    expect(seconds()).to.deep.equal([0, 0.3]);
  });

  it('should measure an Observable until it completes, errors or is unsubscribed', () => {
    const { collector, pass, seconds } = setUp();
    const gate = new Subject<number>();
    collector.timer('a').measure(gate).subscribe();
    pass(100);
    expect(seconds()).to.be.empty;
    gate.complete();
    collector
      .timer('a')
      .measure(() => throwError(() => new Error('no')))
      .subscribe({ error: () => undefined });
    const running = collector.timer('a').measure(NEVER).subscribe();
    pass(200);
    running.unsubscribe();
    expect(seconds()).to.deep.equal([0.1, 0, 0.2]);
  });

  it('should measure an Observable once, however often it is subscribed', () => {
    const { collector, seconds } = setUp();
    const work = collector.timer('a').measure(of(1));
    work.subscribe();
    work.subscribe();
    expect(seconds()).to.have.lengthOf(1);
  });

  it('should not go below 0 when the clock steps back', () => {
    const { collector, pass } = setUp();
    const timer = collector.timer('a');
    pass(-500);
    expect(timer.stop()).to.equal(0);
  });

  it('should give the outcome of the work whatever the collector does, and report that once', async () => {
    for (const outcome of [() => Promise.reject(new Error('broken')), thrower('broken')] as (() => never)[]) {
      class Broken extends BaseCollector {
        override increment = noop;
        override gauge = noop;
        override histogram = outcome;
      }
      const collector = new Broken();
      const given: unknown[] = [];
      const warnings = await warningsDuring(() => {
        given.push(collector.timer('a').measure(() => 1));
        expect(() => collector.timer('a').measure(thrower('work'))).to.throw('work');
        collector
          .timer('a')
          .measure(of(2))
          .subscribe((value) => given.push(value));
        given.push(collector.timer('a').measure(Promise.resolve(3)));
      });
      expect(await Promise.all(given)).to.deep.equal([1, 2, 3]);
      expect(warnings.map(({ message }) => message.includes('broken'))).to.deep.equal([true]);
    }
  });
});

const thrower = (message: string) => () => {
  throw new Error(message);
};
