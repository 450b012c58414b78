/** A collector of one's own, in ten lines, and what it is told of a stream of a hundred records. */
import assert from 'node:assert/strict';
import { lastValueFrom, range, take } from 'rxjs';
import { BaseCollector, checkpoint, fromKinesis, json, memoryCheckpoints, tapMetrics, toKinesis } from 'rxjs-kinesis';
import { LocalKinesis } from 'rxjs-kinesis/testing';

class LineCollector extends BaseCollector {
  readonly lines: string[] = [];
  override increment = (metric: string, labels: object, value: number) => this.#write('count', metric, labels, value);
  override gauge = (metric: string, labels: object, value: number) => this.#write('gauge', metric, labels, value);
  override histogram = (metric: string, labels: object, value: number) => this.#write('value', metric, labels, value);
  #write(type: string, metric: string, labels: object, value: number): void {
    this.lines.push(JSON.stringify({ type, metric, ...labels, value }));
  }
}

await using local = await LocalKinesis.start({ streams: { numbers: { shards: 1 } } });
const client = local.clientConfig;
const metrics = new LineCollector();

await lastValueFrom(range(1, 100).pipe(toKinesis('numbers', { client, codec: json<number>() }), tapMetrics(metrics)));
await lastValueFrom(
  fromKinesis('numbers', { client, checkpoints: memoryCheckpoints() }).pipe(
    checkpoint(),
    tapMetrics(metrics),
    take(100),
  ),
);
metrics.timer('report_seconds', { format: 'json' }).measure(() => JSON.stringify(metrics.lines));

const lines = metrics.lines.map((line) => JSON.parse(line) as Record<string, string | number>);
const about = (metric: string) => lines.filter((line) => line.metric === metric);
const sum = (metric: string) => about(metric).reduce((total, { value }) => total + Number(value), 0);
assert.equal(sum('producer_records_sent_total'), 100);
assert.equal(sum('consumer_records_received_total'), 100);
assert.equal(about('consumer_processing_time_seconds').length, 100);
assert.deepEqual(about('lease_events_total')[0], {
  type: 'count',
  metric: 'lease_events_total',
  stream_name: 'numbers',
  event: 'taken',
  value: 1,
});
assert.equal(about('report_seconds')[0]?.format, 'json');
