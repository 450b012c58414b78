import { expect } from 'chai';
import fc from 'fast-check';
import { PutFailedError } from '../../src/errors/PutFailedError.ts';
import { Entry } from '../../src/producer/Entry.ts';
import { KeyOrder } from '../../src/producer/KeyOrder.ts';
import { PutFailure, PutSuccess } from '../../src/producer/PutResult.ts';
import { KeyOrderModel } from './KeyOrderModel.ts';

/** Of one key, in one line. */
const put = (order: KeyOrder<string>, value: string, key = 'k', bytes = 1) => {
  const entry = new Entry(value, Buffer.from(value), key, undefined, bytes, 0);
  order.join(entry);
  return entry;
};
const names = (entries: readonly Entry<string>[]) => entries.map(({ value }) => value).join('');
const succeed = (entry: Entry<string>) => (entry.result = new PutSuccess(entry.value, 'shardId-0', '1', 0, 1));
const give = (entry: Entry<string>) => {
  const options = { streamName: 'orders', value: entry.value, attempts: 1, cause: undefined, retryable: false };
  const error = new PutFailedError('it was given up', options);
  entry.result = new PutFailure(entry.value, 1, error);
};

describe('KeyOrder', () => {
  it('should hold back what comes after a record of its key that has no result, and nothing of other keys', () => {
    const order = new KeyOrder<string>();
    const [a, b, c] = [put(order, 'a'), put(order, 'b'), put(order, 'c', 'other')];
    expect([a, b, c].map((entry) => order.claims(entry, entry))).to.deep.equal([true, false, true]);
    succeed(a);
    expect(names(order.release(a, 0))).to.equal('b');
    expect(order.claims(b, b)).to.be.true;
  });

  it('should let records of a key travel together, one behind the other', () => {
    const order = new KeyOrder<string>();
    const [one, other] = [{}, {}];
    const [a, b, c, d] = [put(order, 'a'), put(order, 'b'), put(order, 'c'), put(order, 'd')];
    expect([a, b].map((entry) => order.claims(entry, one))).to.deep.equal([true, true]);
    expect([c, d].map((entry) => order.claims(entry, other))).to.deep.equal([false, false]);
    succeed(a);
    expect(order.release(a, 100)).to.be.empty;
    succeed(b);
    expect(names(order.release(b, 100))).to.equal('cd');
  });

  it('should call up one at least, and no more than was asked for', () => {
    const order = new KeyOrder<string>();
    const entries = [
      put(order, 'a'),
      put(order, 'b', 'k', 9),
      put(order, 'c', 'k', 4),
      put(order, 'd', 'k', 4),
      put(order, 'e', 'k', 4),
    ];
    for (const entry of entries) order.claims(entry, entry);
    const next = (index: number, bytes: number) => {
      const entry = entries[index]!;
      if (index > 0) order.claims(entry, entry);
      succeed(entry);
      return names(order.release(entry, bytes));
    };
    expect([next(0, 0), next(1, 8)]).to.deep.equal(['b', 'cd']);
  });

  it('should send what was refused before what is behind it, however often', () => {
    const order = new KeyOrder<string>();
    const [a, b] = [put(order, 'a'), put(order, 'b')];
    for (const entry of [a, b]) order.claims(entry, entry);
    for (let time = 0; time < 3; time++) {
      order.callAgain([a]);
      expect(order.claims(a, {})).to.be.true;
    }
    give(a);
    expect(names(order.release(a, 0))).to.equal('b');
  });

  it('should call up the next when one is given up while it is called', () => {
    const order = new KeyOrder<string>();
    const [a, b, c] = [put(order, 'a'), put(order, 'b'), put(order, 'c')];
    for (const entry of [a, b, c]) order.claims(entry, entry);
    succeed(a);
    order.release(a, 0);
    give(b);
    expect(names(order.release(b, 0))).to.equal('c');
    expect(order.claims(c, c)).to.be.true;
  });

  it('should keep the order of each key, hold no key for another, forget nothing, and keep nothing, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: 'max' }), fc.constantFrom(0, 3, 100), (steps, calledBytes) => {
        const model = new KeyOrderModel(calledBytes);
        for (const act of steps) {
          if ('put' in act) model.put(act.put, act.lane, act.bytes);
          else if ('take' in act) model.take(act.lane, act.take, act.together);
          else if ('answer' in act) model.answer(act.answer, act.fates, act.hopeless);
          else if ('ready' in act) model.retry(act.ready);
          else if ('expire' in act) model.expire(act.lane, act.expire);
          else if ('move' in act) model.move(act.move);
          model.check();
        }
        model.finish();
        expect(model.keysKept).to.equal(0);
      }),
      { numRuns: 1_000 },
    );
  });
});

const lane = fc.nat(2);
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ put: fc.constantFrom('x', 'x', 'y', 'z'), lane, bytes: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ take: fc.integer({ min: 1, max: 6 }), lane, together: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      answer: fc.nat(5),
      fates: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
      hopeless: fc.array(fc.constantFrom(false, false, true), { minLength: 6, maxLength: 6 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ ready: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ expire: fc.integer({ min: 1, max: 3 }), lane }) },
  { weight: 1, arbitrary: fc.record({ move: lane }) },
);
