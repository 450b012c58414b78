import { expect } from 'chai';
import { metricsTable } from '../../../src/cli/demo/metricsTable.ts';
import { inMemoryCollector } from '../../../src/metrics/inMemoryCollector.ts';

describe('metricsTable', () => {
  const collector = inMemoryCollector();
  const ofShard = { shard_id: 'shardId-000000000003', stream_name: 'orders' };
  collector.increment('consumer_checkpoint_success_total', ofShard, 12_345);
  collector.gauge('lease_owned', { stream_name: 'orders' }, 4);
  collector.increment('producer_errors_total', { error_type: 'ProvisionedThroughputExceededException', ...ofShard }, 1);
  collector.histogram('consumer_end_to_end_seconds', { stream_name: 'orders' }, 0.5);

  const linesAt = (columns?: number) => metricsTable(collector.snapshot(), columns).split('\n');

  it('should have a line for each series, in order, where there is room', () => {
    const series = linesAt(Infinity).map((line) => / (\w+\{.*?\}) /.exec(line)?.[1]);
    expect(series.filter((each) => each !== undefined)).to.deep.equal([
      'consumer_checkpoint_success_total{shard_id=shardId-000000000003,stream_name=orders}',
      'consumer_end_to_end_seconds{stream_name=orders}',
      'lease_owned{stream_name=orders}',
      'producer_errors_total{error_type=ProvisionedThroughputExceededException,shard_id=shardId-000000000003,stream_name=orders}',
    ]);
    expect(linesAt(Infinity).join('\n'))
      .to.match(/│ +12,345 │/)
      .and.to.match(/│ +1 x, median 0\.5\d*, p99 0\.5\d* │/);
  });

  it('should fit into 80 columns, and break no word', () => {
    expect(Math.max(...linesAt(80).map((line) => line.length))).to.be.at.most(80);
    const words = linesAt(80).join(' ');
    for (const word of [
      'consumer_checkpoint_success_total{',
      'shard_id=shardId-000000000003,',
      'stream_name=orders}',
    ]) {
      expect(words).to.include(word);
    }
    expect(words)
      .to.include('error_type=ProvisionedThroughputExceededException,')
      .and.to.match(/ 1 x, .* median 0\.5/);
  });
});
