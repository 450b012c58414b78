import { expect } from 'chai';
import { DeadLetterError } from '../../src/errors/DeadLetterError.ts';
import { KinesisStreamError } from '../../src/errors/KinesisStreamError.ts';
import { ProcessingError } from '../../src/errors/ProcessingError.ts';

describe('DeadLetterError', () => {
  it('should say which record, why the dead letter failed, why there was one and what to do', () => {
    const record = { streamName: 'orders', shardId: 'shardId-1', sequenceNumber: '7', subSequenceNumber: 0 };
    const recordError = new ProcessingError(record, 1, new Error('declined'));
    const cause = new Error('queue is gone');
    const error = new DeadLetterError(record, recordError, cause);
    expect(error).to.be.instanceOf(KinesisStreamError);
    expect(error).to.include({ name: 'DeadLetterError', cause, recordError, shardId: 'shardId-1', retryable: false });
    expect(error.message).to.equal(
      'The dead letter function failed for record 7 of shard shardId-1 of stream orders: Error: queue is gone. ' +
        `It was called because of ProcessingError: ${recordError.message} ` +
        'The record is not settled and will be delivered again: mend the dead letter function, and let it retry by itself.',
    );
  });
});
