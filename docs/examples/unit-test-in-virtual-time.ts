/** Tests a pipeline against a throttled shard and a reshard: two minutes of stream, in a fraction of a second. */
import assert from 'node:assert/strict';
import { timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { checkpoint, type Diagnostic, fromKinesis, memoryCheckpoints, text } from 'rxjs-kinesis';
import { FakeKinesis } from 'rxjs-kinesis/testing';

new TestScheduler(assert.deepEqual).run(({ flush }) => {
  const fake = new FakeKinesis({ streams: { lines: { shards: 1 } } });
  const received: string[] = [];
  const diagnostics: Diagnostic[] = [];

  fake.throttle({ stream: 'lines', forMs: 60_000 });
  fake.put('lines', { partitionKey: 'key', data: 'before the split' });
  fake.split('lines', 'shardId-000000000000');
  fake.put('lines', { partitionKey: 'key', data: 'after the split' });

  fromKinesis('lines', {
    client: fake,
    codec: text(),
    checkpoints: memoryCheckpoints(),
    until: timer(120_000),
    onDiagnostic: (diagnostic) => diagnostics.push(diagnostic),
  })
    .pipe(checkpoint())
    .subscribe(({ data }) => received.push(data));
  flush();

  assert.deepEqual(received, ['before the split', 'after the split']);
  assert.ok(diagnostics.some((each) => each.type === 'readFailed' && each.error.retryable));
  assert.ok(diagnostics.some((each) => each.type === 'shardEnded' && each.shardId === 'shardId-000000000000'));
});
