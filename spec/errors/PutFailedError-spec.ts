import { expect } from 'chai';
import { classifyAwsError } from '../../src/aws/classifyAwsError.ts';
import { KinesisStreamError } from '../../src/errors/KinesisStreamError.ts';
import { PutFailedError } from '../../src/errors/PutFailedError.ts';

describe('PutFailedError', () => {
  const site = { operation: 'PutRecords', streamName: 'orders' };
  const named = (name: string) => classifyAwsError(Object.assign(new Error('no'), { name }), site);
  const remedy = 'Put it again, or give records more time (ttlMs) or attempts (maxAttempts).';

  it('should say which stream, why, of what the last attempt failed, and what to do', () => {
    const cause = named('LimitExceededException');
    const error = new PutFailedError('ttlMs is 30000', {
      streamName: 'orders',
      value: 'a',
      attempts: 3,
      cause,
      retryable: true,
    });
    expect(error).to.be.instanceOf(KinesisStreamError);
    expect(error).to.include({ name: 'PutFailedError', value: 'a', attempts: 3, cause, retryable: true });
    expect(cause.message).to.match(/ The call is repeated\.$/);
    expect(error.message).to.equal(
      'A record was not written to stream orders: ttlMs is 30000, after 3 attempt(s). The last attempt: ' +
        `PutRecords failed on stream orders: LimitExceededException: no. ${remedy}`,
    );
  });

  it('should leave what to do to its cause where repeating cannot help', () => {
    const cause = named('AccessDeniedException');
    const error = new PutFailedError('repeating cannot help', {
      streamName: 'orders',
      value: 'a',
      attempts: 1,
      cause,
      retryable: false,
    });
    expect(error.message)
      .to.match(/IAM/)
      .and.to.satisfy((message: string) => message.endsWith(cause.message));
  });

  it('should do without a cause', () => {
    const options = { streamName: 'orders', value: 'a', attempts: 0, cause: undefined, retryable: true };
    expect(new PutFailedError('ttlMs is 5', options).message).to.equal(
      `A record was not written to stream orders: ttlMs is 5, after 0 attempt(s). ${remedy}`,
    );
  });
});
