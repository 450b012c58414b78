import { expect } from 'chai';
import { RecordPlace } from '../../../src/testing/fake/RecordPlace.ts';
import { RisingSequence } from '../../../src/testing/fake/RisingSequence.ts';
import { sdkAnswer } from '../../../src/testing/fake/sdkAnswer.ts';
import { sequenceBase, sequenceNumber } from '../../../src/testing/fake/sequenceNumber.ts';
import { WriteAnswer } from '../../../src/testing/fake/WriteAnswer.ts';

const base = sequenceBase(1_700_000_000, 7);
const second = 1_700_000_009;
const sequence = new RisingSequence(base, '{"SequenceNumber":"', '","ShardId":"shardId-000000000007"},');
const place = (counter: number) => new RecordPlace('shardId-000000000007', sequence, counter, second);
const digits = (counter: number) => sequenceNumber(base, counter, second);

/** Used before, and longer than it need be. */
const allocate = (bytes: number) => Buffer.alloc(bytes + 7, '#');

describe('WriteAnswer', () => {
  it('should write ASCII alone where nothing failed', () => {
    const answer = new WriteAnswer([place(1)]);

    expect(answer.json(allocate).toString()).to.equal(
      `{"FailedRecordCount":0,"Records":[{"SequenceNumber":"${digits(1)}","ShardId":"shardId-000000000007"}]}`,
    );
  });

  it('should say the same in JSON as it does to the SDK, whatever the messages', () => {
    const answer = new WriteAnswer([place(1), { code: 'InternalFailure', message: 'отказ: "a\\b"\n' }, place(2)]);

    expect(JSON.parse(answer.json(allocate).toString())).to.deep.equal({
      FailedRecordCount: 1,
      Records: [
        { SequenceNumber: digits(1), ShardId: 'shardId-000000000007' },
        { ErrorCode: 'InternalFailure', ErrorMessage: 'отказ: "a\\b"\n' },
        { SequenceNumber: digits(2), ShardId: 'shardId-000000000007' },
      ],
    });
    const { $metadata, ...output } = sdkAnswer(answer, 'id') as Record<string, unknown>;
    expect($metadata).to.have.property('requestId', 'id');
    expect(output).to.deep.equal(JSON.parse(answer.json(allocate).toString()));
  });
});
