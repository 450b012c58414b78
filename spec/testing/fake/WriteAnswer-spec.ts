import { expect } from 'chai';
import { FakeShard } from '../../../src/testing/fake/FakeShard.ts';
import { sdkAnswer } from '../../../src/testing/fake/sdkAnswer.ts';
import { WriteAnswer } from '../../../src/testing/fake/WriteAnswer.ts';

const shard = new FakeShard(7, { start: 0n, end: 1n }, [], 0);

/** Used before, and longer than it need be. */
const allocate = (bytes: number) => Buffer.alloc(bytes + 7, '#');

describe('WriteAnswer', () => {
  it('should write ASCII alone where nothing failed', () => {
    const answer = new WriteAnswer([{ shard, sequenceNumber: '123' }]);

    expect(answer.json(allocate).toString()).to.equal(
      '{"FailedRecordCount":0,"Records":[{"SequenceNumber":"123","ShardId":"shardId-000000000007"}]}',
    );
  });

  it('should say the same in JSON as it does to the SDK, whatever the messages', () => {
    const answer = new WriteAnswer([
      { shard, sequenceNumber: '123' },
      { code: 'InternalFailure', message: 'отказ: "a\\b"\n' },
      { shard, sequenceNumber: '124' },
    ]);

    expect(JSON.parse(answer.json(allocate).toString())).to.deep.equal({
      FailedRecordCount: 1,
      Records: [
        { SequenceNumber: '123', ShardId: 'shardId-000000000007' },
        { ErrorCode: 'InternalFailure', ErrorMessage: 'отказ: "a\\b"\n' },
        { SequenceNumber: '124', ShardId: 'shardId-000000000007' },
      ],
    });
    const { $metadata, ...output } = sdkAnswer(answer, 'id') as Record<string, unknown>;
    expect($metadata).to.have.property('requestId', 'id');
    expect(output).to.deep.equal(JSON.parse(answer.json(allocate).toString()));
  });
});
