import { expect } from 'chai';
import { KinesisStreamError } from '../../src/errors/KinesisStreamError.ts';
import { ProcessingError } from '../../src/errors/ProcessingError.ts';

describe('ProcessingError', () => {
  const record = { streamName: 'orders', shardId: 'shardId-1', sequenceNumber: '7', subSequenceNumber: 0 };

  it('should say which record, how often it was tried, why and what to do', () => {
    const cause = new Error('declined');
    const error = new ProcessingError(record, 3, cause);
    expect(error).to.be.instanceOf(KinesisStreamError);
    expect(error).to.include({
      name: 'ProcessingError',
      attempts: 3,
      cause,
      streamName: 'orders',
      sequenceNumber: '7',
    });
    expect(error.message).to.equal(
      'Processing record 7 of shard shardId-1 of stream orders failed 3 times: Error: declined. ' +
        'Mend the callback, retry more often, or give a poison policy: skip, or a dead letter function.',
    );
  });

  it('should not count a single attempt', () => {
    expect(new ProcessingError(record, 1, 'no').message).to.include('stream orders failed: no. ');
  });
});
