import { expect } from 'chai';
import { classifyEntryError } from '../../src/aws/classifyEntryError.ts';

const kindOf = (code: string) => classifyEntryError(code, 'said Kinesis', 'orders').kind;

describe('classifyEntryError', () => {
  it('should know what the service documents', () => {
    expect(kindOf('ProvisionedThroughputExceededException')).to.equal('throttle');
    expect(kindOf('InternalFailure')).to.equal('transient');
  });

  it('should hold unknown codes worth another try (pitfall 37)', () => {
    expect(kindOf('BrandNewException')).to.equal('transient');
    expect(kindOf('unknown')).to.equal('transient');
  });

  it('should hold fatal what nobody but the user can cure', () => {
    for (const code of ['AccessDeniedException', 'KMSDisabledException', 'ResourceNotFoundException']) {
      expect(kindOf(code)).to.equal('fatal');
    }
    expect(kindOf('KMSThrottlingException')).to.equal('throttle');
  });

  it('should name operation, stream, code and message', () => {
    const error = classifyEntryError('InternalFailure', 'said Kinesis', 'orders');
    expect(error).to.include({ operation: 'PutRecords', streamName: 'orders', awsName: 'InternalFailure' });
    expect(error.message).to.contain('InternalFailure: said Kinesis');
  });
});
