import { expect } from 'chai';
import { VirtualTimeScheduler } from 'rxjs';
import { checkToKinesisOptions } from '../../src/producer/checkToKinesisOptions.ts';
import { AggregateParcel } from '../../src/producer/AggregateParcel.ts';
import { Entry } from '../../src/producer/Entry.ts';
import { Lifetime } from '../../src/producer/Lifetime.ts';
import { Retries } from '../../src/producer/Retries.ts';
import type { ToKinesisOptions } from '../../src/producer/ToKinesisOptions.ts';

const entry = (value: string, attempts: number, arrivedAt = 0) =>
  Object.assign(new Entry(value, Buffer.from(value), 'k', undefined, 1, arrivedAt), { attempts });
const names = (entries: readonly Entry<string>[]) => entries.map(({ value }) => value).join('');

/** Waits of 100 ms * 2 ** (attempt - 1), and what was ready when. */
function start(options: ToKinesisOptions<string> = {}) {
  const scheduler = new VirtualTimeScheduler();
  const ready: string[] = [];
  const waiting: string[] = [];
  const settings = checkToKinesisOptions({ scheduler, random: () => 0.999_999, ...options });
  const lifetime = new Lifetime('orders', settings);
  lifetime.open(-Infinity);
  const retries = new Retries<string>(settings, lifetime, {
    waiting: (entries, attempt, delayMs) => waiting.push(`${names(entries)} ${attempt} ${delayMs}`),
    ready: (groups) => ready.push(...groups.map((entries) => `${names(entries)} ${scheduler.now()}`)),
  });
  return { retries, scheduler, ready, waiting };
}

const timers = ({ actions }: VirtualTimeScheduler) => actions.filter(({ closed }) => !closed).length;

describe('Retries', () => {
  it('should give back after a wait, which is longer the more attempts there were', () => {
    const { retries, scheduler, ready, waiting } = start();
    expect(retries.add([entry('a', 3), entry('b', 1), entry('c', 3)])).to.be.empty;
    expect(waiting).to.deep.equal(['ac 3 400', 'b 1 100']);
    scheduler.schedule(() => retries.add([entry('d', 2), entry('e', 1)]), 50);
    scheduler.flush();
    expect(ready).to.deep.equal(['b 100', 'e 150', 'd 250', 'ac 400']);
  });

  it('should give back no later than the first life ends', () => {
    const { retries, scheduler, ready } = start({ ttlMs: 300 });
    retries.add([entry('a', 5), entry('b', 5, -100)]);
    scheduler.flush();
    expect(ready).to.deep.equal(['ab 200']);
  });

  it('should return what is not worth another attempt', () => {
    const { retries, scheduler, ready } = start({ ttlMs: 300, maxAttempts: 3 });
    expect(names(retries.add([entry('a', 3), entry('b', 2), entry('c', 1, -300)]))).to.equal('ac');
    scheduler.flush();
    expect(ready).to.deep.equal(['b 200']);
  });

  it('should let those of one shard wait together, and those of one aggregate, whatever attempts each has had', () => {
    const { retries, scheduler, waiting } = start({ maxAttempts: 3 });
    const of = (shardId: string, each: Entry<string>) => Object.assign(each, { shardId });
    const [a, b, c] = [of('one', entry('a', 1)), of('two', entry('b', 1)), of('one', entry('c', 1))];
    const packed = new AggregateParcel([of('one', entry('d', 1)), of('one', entry('e', 2))], Buffer.alloc(1));
    const torn = new AggregateParcel([of('one', entry('f', 3)), of('one', entry('g', 2))], Buffer.alloc(1));
    expect(names(retries.add([a, b, c, packed, torn]))).to.equal('f');
    expect(waiting).to.deep.equal(['ac 1 100', 'b 1 100', 'de 2 200', 'g 3 400']);
    scheduler.flush();
  });

  it('should give nothing back once they are cancelled, even within giving back', () => {
    const { retries, scheduler, ready } = start();
    retries.add([entry('a', 1), entry('b', 2)]);
    scheduler.schedule(() => {
      retries.cancel();
      expect(timers(scheduler)).to.equal(0);
    }, 150);
    scheduler.flush();
    expect(ready).to.deep.equal(['a 100']);

    const torn = start();
    torn.retries.add([entry('a', 1)]);
    torn.retries.add([entry('b', 1)]);
    torn.ready.push = () => {
      torn.retries.cancel();
      return torn.waiting.push('cancelled');
    };
    torn.scheduler.flush();
    expect(torn.waiting).to.deep.equal(['a 1 100', 'b 1 100', 'cancelled']);
  });

  it('should have one timer, however many wait', () => {
    const { retries, scheduler } = start();
    for (let n = 0; n < 100; n++) retries.add([entry('a', 1 + (n % 7))]);
    expect(timers(scheduler)).to.equal(1);
  });
});
