import { expect } from 'chai';
import { DecodeError } from '../../src/errors/DecodeError.ts';
import { KinesisStreamError } from '../../src/errors/KinesisStreamError.ts';

describe('DecodeError', () => {
  it('should say which record, which codec, why and what to do', () => {
    const cause = new SyntaxError('Unexpected end of JSON input');
    const record = { streamName: 'orders', shardId: 'shardId-1', sequenceNumber: '7', subSequenceNumber: 0 };
    const error = new DecodeError(record, 'json', cause);
    expect(error).to.be.instanceOf(KinesisStreamError);
    expect(error).to.include({
      name: 'DecodeError',
      codec: 'json',
      cause,
      streamName: 'orders',
      shardId: 'shardId-1',
      sequenceNumber: '7',
      retryable: false,
    });
    expect(error.message).to.equal(
      'Decoding record 7 of shard shardId-1 of stream orders with the codec json failed: SyntaxError: Unexpected end of JSON input. ' +
        'Read the stream with the codec that it was written with, or give a poison policy: skip, or a dead letter function.',
    );
  });
});
