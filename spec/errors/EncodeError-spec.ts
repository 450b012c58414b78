import { expect } from 'chai';
import { bytes } from '../../src/codec/bytes.ts';
import { EncodeError } from '../../src/errors/EncodeError.ts';
import { KinesisStreamError } from '../../src/errors/KinesisStreamError.ts';

describe('EncodeError', () => {
  const cause = new TypeError('no text for it');

  it('should say which value, which stream, which codec, why and what to do', () => {
    const error = new EncodeError({ streamName: 'orders', partitionKey: 'k"1', codec: 'json', cause });
    expect(error).to.be.instanceOf(KinesisStreamError);
    expect(error).to.include({ name: 'EncodeError', codec: 'json', cause, streamName: 'orders', partitionKey: 'k"1' });
    expect(error).to.include({ shardId: undefined, sequenceNumber: undefined, retryable: false });
    expect(error.message).to.equal(
      'Encoding the value with partition key "k\\"1" for stream orders with the codec json failed: TypeError: no text for it. ' +
        'Give a value that the codec can write, or another codec.',
    );
  });

  it('should say that a writer needs a codec of its own where it was given none', () => {
    const error = new EncodeError({ streamName: 'orders', codec: bytes().name, cause });
    expect(error.message)
      .to.include('Give toKinesis a codec of its own that can write this value, such as { codec: json() }')
      .and.to.include('the codec of fromKinesis only reads');
  });

  it('should do without a partition key', () => {
    const error = new EncodeError({ streamName: 'orders', codec: 'json', cause });
    expect(error.message).to.include('Encoding a value for stream orders');
    expect(error.partitionKey).to.equal(undefined);
  });
});
