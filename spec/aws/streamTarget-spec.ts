import { expect } from 'chai';
import { streamTarget } from '../../src/aws/streamTarget.ts';

describe('streamTarget', () => {
  it('should take a name', () => {
    expect(streamTarget('orders.v1_eu-west')).to.deep.equal({
      streamName: 'orders.v1_eu-west',
      region: undefined,
      input: { StreamName: 'orders.v1_eu-west' },
    });
  });

  it('should take an ARN, of any partition', () => {
    for (const partition of ['aws', 'aws-cn', 'aws-us-gov']) {
      const arn = `arn:${partition}:kinesis:eu-west-1:123456789012:stream/orders`;
      expect(streamTarget(arn)).to.deep.equal({
        streamName: 'orders',
        region: 'eu-west-1',
        input: { StreamARN: arn },
      });
    }
  });

  it('should say what is wrong with a name', () => {
    expect(() => streamTarget('my orders')).to.throw(
      TypeError,
      'stream must have a name of 1 to 128 letters, digits, dots, underscores and hyphens; got "my orders"',
    );
    expect(() => streamTarget('')).to.throw(TypeError, 'got ""');
    expect(() => streamTarget('x'.repeat(129))).to.throw(TypeError, '1 to 128');
    expect(() => streamTarget('orders\n')).to.throw(TypeError, '1 to 128');
  });

  it('should say what is wrong with an ARN', () => {
    expect(() => streamTarget('arn:aws:sns:eu-west-1:123456789012:orders')).to.throw(
      TypeError,
      'stream must be an ARN such as arn:aws:kinesis:eu-west-1:123456789012:stream/orders; got "arn:aws:sns',
    );
    expect(() => streamTarget('arn:aws:kinesis:eu-west-1:123456789012:stream/a/b')).to.throw(TypeError, '1 to 128');
  });

  it('should say what it wants when it gets no string', () => {
    expect(() => streamTarget(undefined as unknown as string)).to.throw(
      TypeError,
      'stream must be the name of a stream or its ARN; got undefined',
    );
  });
});
