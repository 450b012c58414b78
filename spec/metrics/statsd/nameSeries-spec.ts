import { expect } from 'chai';
import { METRICS } from '../../../src/metrics/catalogue.ts';
import { nameSeries } from '../../../src/metrics/statsd/nameSeries.ts';

const plain = { flavour: 'statsd', prefix: '', labels: {} } as const;
const datadog = { flavour: 'datadog', prefix: '', labels: {} } as const;
const shard = { shard_id: 'shardId-000000000001', stream_name: 'orders' };

describe('nameSeries', () => {
  it('should make tags of labels for Datadog, in the order of the catalogue', () => {
    const { name, tags } = nameSeries(datadog, 'consumer_errors_total', { error_type: 'timeout', ...shard });
    expect(name).to.equal('consumer_errors_total');
    expect(Object.entries(tags)).to.deep.equal([
      ['stream_name', 'orders'],
      ['shard_id', 'shardId-000000000001'],
      ['error_type', 'timeout'],
    ]);
  });

  it('should put the values of labels into a plain name, in the order of the catalogue', () => {
    expect(nameSeries(plain, 'consumer_errors_total', { error_type: 'timeout', ...shard })).to.deep.equal({
      name: 'consumer_errors_total.orders.shardId-000000000001.timeout',
      tags: {},
    });
  });

  it('should put other labels after those of the catalogue, by name', () => {
    const naming = { ...plain, labels: { zone: 'z', env: 'live' } };
    expect(nameSeries(naming, 'lease_owned', { stream_name: 'orders' }).name).to.equal('lease_owned.orders.live.z');
    expect(nameSeries(naming, 'mine_total', { currency: 'EUR' }).name).to.equal('mine_total.EUR.live.z');
    const { tags } = nameSeries({ ...naming, flavour: 'datadog' }, 'lease_owned', { stream_name: 'orders' });
    expect(Object.keys(tags)).to.deep.equal(['stream_name', 'env', 'zone']);
  });

  it("should let a series' own label win over a constant one", () => {
    const naming = { ...datadog, labels: { env: 'live' } };
    expect(nameSeries(naming, 'mine_total', { env: 'test' }).tags).to.deep.equal({ env: 'test' });
  });

  it('should part the prefix from the name by one dot', () => {
    for (const prefix of ['shop', 'shop.']) {
      expect(nameSeries({ ...plain, prefix }, 'mine_total', {}).name).to.equal('shop.mine_total');
    }
  });

  it('should keep what divides lines and tags out of tags', () => {
    const labels = { 'a:b': 'x|y,z#\n@w', url: 'http://host:80/' };
    expect(nameSeries(datadog, 'mine:1|c', labels)).to.deep.equal({
      name: 'mine_1_c',
      tags: { a_b: 'x_y_z___w', url: 'http://host:80/' },
    });
  });

  it('should make one part of a name of each value, without what StatsD or Graphite give a meaning', () => {
    const name = (value: string) => nameSeries(plain, 'm', { a: value }).name;
    expect(['a.b', '<standalone>', 'a:b|c@d#e', 'a b/c\n', 'é', ''].map(name)).to.deep.equal([
      'm.a_b',
      'm._standalone_',
      'm.a_b_c_d_e',
      'm.a_b_c_',
      'm._',
      'm._',
    ]);
  });

  it('should name all of the catalogue by as many parts as it has labels', () => {
    for (const [metric, { labels }] of Object.entries(METRICS)) {
      const values = Object.fromEntries(labels.map((label) => [label, `of-${label}`]));
      const expected = [metric, ...labels.map((label) => `of-${label}`)].join('.');
      expect(nameSeries(plain, metric, values).name).to.equal(expected);
    }
  });
});
