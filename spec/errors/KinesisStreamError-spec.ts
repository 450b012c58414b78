import { expect } from 'chai';
import { KinesisServiceError } from '../../src/errors/KinesisServiceError.ts';
import { KinesisStreamError } from '../../src/errors/KinesisStreamError.ts';

describe('KinesisStreamError', () => {
  it('should carry what it concerns, and its cause', () => {
    const cause = new Error('why');
    const place = { streamName: 'orders', shardId: 'shardId-1', sequenceNumber: '7' };
    const error = new KinesisStreamError('what', { ...place, cause, retryable: true });
    expect(error).to.be.instanceOf(Error);
    expect(error).to.include({ ...place, name: 'KinesisStreamError', message: 'what', cause, retryable: true });
  });

  it('should by default concern nothing, have no cause and not be worth a retry', () => {
    const error = new KinesisStreamError('what');
    expect(error).to.include({ streamName: undefined, shardId: undefined, sequenceNumber: undefined });
    expect(error.retryable).to.equal(false);
    expect('cause' in error).to.equal(false);
  });
});

describe('KinesisServiceError', () => {
  it('should be worth a retry unless it is fatal', () => {
    const make = (kind: 'throttle' | 'transient' | 'expiredIterator' | 'fatal') =>
      new KinesisServiceError('what', { kind, awsName: 'X', operation: 'GetRecords', streamName: 'orders' });
    expect(make('fatal')).to.be.instanceOf(KinesisStreamError);
    expect(make('fatal')).to.include({
      name: 'KinesisServiceError',
      awsName: 'X',
      operation: 'GetRecords',
      streamName: 'orders',
    });
    const kinds = ['throttle', 'transient', 'expiredIterator', 'fatal'] as const;
    expect(kinds.map((kind) => make(kind).retryable)).to.deep.equal([true, true, true, false]);
  });
});
