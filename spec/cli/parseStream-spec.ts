import { expect } from 'chai';
import { InvalidArgumentError } from 'commander';
import { parseStream } from '../../src/cli/parseStream.ts';

describe('parseStream', () => {
  it('should read a name and a number of shards', () => {
    expect(parseStream('orders:4')).to.deep.equal({ orders: { shards: 4 } });
  });

  it('should take a name alone for a stream of one shard', () => {
    expect(parseStream('my_orders.v2-b')).to.deep.equal({ 'my_orders.v2-b': { shards: 1 } });
  });

  it('should add to the streams before', () => {
    const before = parseStream('orders:4');
    expect(parseStream('payments:2', before)).to.deep.equal({ orders: { shards: 4 }, payments: { shards: 2 } });
    expect(before).to.deep.equal({ orders: { shards: 4 } });
  });

  it('should refuse a stream that is given twice', () => {
    expect(() => parseStream('orders:2', parseStream('orders:4'))).to.throw(
      InvalidArgumentError,
      'Stream orders is given twice.',
    );
  });

  for (const given of ['', ':4', 'orders:', 'orders:0', 'orders:10001', 'orders:-1', 'orders:1.5', 'a b:1', 'a:1:2']) {
    it(`should refuse ${JSON.stringify(given)}, saying what it takes`, () => {
      expect(() => parseStream(given)).to.throw(InvalidArgumentError, /NAME:SHARDS.*from 1 to 10,000/);
    });
  }

  it('should refuse a name of 129 characters', () => {
    expect(() => parseStream('a'.repeat(129))).to.throw(InvalidArgumentError, /1 to 128/);
  });
});
