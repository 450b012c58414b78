import { ListShardsCommand } from '@aws-sdk/client-kinesis';
import { expect } from 'chai';
import { classifyAwsError } from '../../src/aws/classifyAwsError.ts';
import { makeKinesisClient } from '../../src/aws/makeKinesisClient.ts';
import { KinesisServiceError } from '../../src/errors/KinesisServiceError.ts';

const site = { operation: 'ListShards', streamName: 'orders' };

describe('classifyAwsError', () => {
  it('should keep an error that is classified already', () => {
    const error = classifyAwsError(new Error('boom'), site);
    expect(classifyAwsError(error, { operation: 'GetRecords' })).to.equal(error);
  });

  it('should say where, what and what to do, and keep the error underneath', () => {
    const cause = failure({ name: 'ResourceNotFoundException', message: 'no such stream.' }, 400);
    const error = classifyAwsError(cause, { ...site, shardId: 'shardId-1' });
    expect(error).to.be.instanceOf(KinesisServiceError);
    expect(error).to.include({ ...site, shardId: 'shardId-1', kind: 'fatal', awsName: cause.name, cause });
    expect(error.message).to.equal(
      'ListShards failed on stream orders, shard shardId-1: ResourceNotFoundException: no such stream. ' +
        'Check the name, the region and the account, or create the stream.',
    );
  });

  it('should put no name before what came without one', () => {
    expect(classifyAwsError(new Error('boom'), site).message).to.equal(
      'ListShards failed on stream orders: boom. Repeating the call cannot cure this.',
    );
  });

  it('should hold what happens to connections to be weather', () => {
    const errors: readonly object[] = [
      ...['ECONNRESET', 'ENETDOWN', 'EHOSTDOWN', 'ENETRESET', 'EAI_FAIL', 'EAI_AGAIN', 'EPIPE'].map((code) => ({
        code,
      })),
      ...['ENOBUFS', 'EMFILE', 'ENOTCONN', 'ECANCELED'].map((code) => ({ code, syscall: 'connect' })),
      { code: 'ERR_STREAM_DESTROYED' },
      { code: 'ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC' },
      { code: 'UND_ERR_SOCKET' },
      { code: 'HPE_INVALID_CONSTANT' },
      { message: 'Socket is closed' },
      { cause: { code: 'ECONNRESET' } },
    ];
    const judged = errors.map((fields) => classifyAwsError(Object.assign(new Error('connect'), fields), site));
    expect(judged.map(({ kind, awsName }) => `${kind} ${awsName}`)).to.deep.equal(
      errors.map(() => 'transient connection'),
    );
    for (const code of ['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ERR_TLS_HANDSHAKE_TIMEOUT']) {
      const error = classifyAwsError(Object.assign(new Error('connect'), { code, syscall: 'connect' }), site);
      expect(error, code).to.include({ kind: 'transient', awsName: 'timeout' });
    }
  });

  it('should hold what is wrong on this machine fatal', () => {
    const errors: readonly object[] = [
      { code: 'ENOENT', syscall: 'open' },
      { code: 'EACCES', syscall: 'connect' },
      { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
      { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
      { code: 'ERR_INVALID_URL' },
    ];
    const kinds = errors.map((fields) => classifyAwsError(Object.assign(new Error('no'), fields), site).kind);
    expect(kinds).to.deep.equal(errors.map(() => 'fatal'));
  });

  it('should repeat a call that was refused for the clock once the SDK has set it', () => {
    const refused = failure({ name: 'InvalidSignatureException', message: 'Signature expired' }, 400);
    expect(classifyAwsError(refused, site).kind).to.equal('fatal');
    const corrected = Object.assign(refused, { $metadata: { httpStatusCode: 400, clockSkewCorrected: true } });
    expect(classifyAwsError(corrected, site)).to.include({ kind: 'transient', awsName: 'InvalidSignatureException' });
  });

  describe('without configuration, the SDK asked itself', () => {
    const before = process.env;

    beforeEach(() => {
      const rest = Object.entries(before).filter(([name]) => !name.startsWith('AWS_'));
      process.env = {
        ...Object.fromEntries(rest),
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        AWS_EC2_METADATA_DISABLED: 'true',
      };
    });

    afterEach(() => {
      process.env = before;
    });

    it('should hold a missing region fatal, and say how to name one', async () => {
      const cause = await refusal({});
      const error = classifyAwsError(cause, site);
      expect(error).to.include({ kind: 'fatal', retryable: false, cause });
      expect(error.message)
        .to.match(/^ListShards failed on stream orders: Region is missing\. Name a region: /)
        .and.to.include('AWS_REGION')
        .and.to.include('client: { region')
        .and.to.include('ARN');
    });

    it('should hold missing credentials fatal, and say how to give some', async () => {
      const cause = await refusal({ region: 'eu-west-1' });
      const error = classifyAwsError(cause, site);
      expect(error).to.include({ kind: 'fatal', awsName: 'CredentialsProviderError', cause });
      expect(error.message)
        .to.include('Could not load credentials from any providers. Give credentials')
        .and.to.include('AWS_ACCESS_KEY_ID')
        .and.to.include('AWS_PROFILE')
        .and.to.include('client: { credentials }');
    });
  });

  describe('a provider of credentials that failed', () => {
    const kindOf = (name: string, message: string, fields: object = {}) =>
      classifyAwsError(Object.assign(failure({ name, message }), fields), site).kind;

    it('should be worth another try where it got no answer', () => {
      const unanswered: readonly Parameters<typeof kindOf>[] = [
        ['ProviderError', 'TimeoutError from instance metadata service'],
        ['ProviderError', 'Unable to connect to instance metadata service', { code: 'EHOSTUNREACH' }],
        ['ProviderError', 'Unable to connect to instance metadata service'],
        ['ProviderError', 'Error response received from instance metadata service', { statusCode: 503 }],
        ['ProviderError', 'Error response received from instance metadata service', { statusCode: 401 }],
        ['CredentialsProviderError', 'Error: connect ECONNREFUSED 169.254.170.23:80'],
        ['CredentialsProviderError', 'Error: getaddrinfo ENOTFOUND portal.sso.eu-west-1.amazonaws.com'],
        ['CredentialsProviderError', 'TimeoutError: Connection timed out after 1000 ms'],
        ['CredentialsProviderError', 'Server responded with status: 500'],
      ];
      expect(unanswered.map((each) => kindOf(...each))).to.deep.equal(unanswered.map(() => 'transient'));
    });

    it('should be fatal where it has none to give', () => {
      const refused: readonly Parameters<typeof kindOf>[] = [
        ['CredentialsProviderError', 'Could not load credentials from any providers'],
        ['CredentialsProviderError', 'The SSO session associated with this profile has expired.'],
        ['CredentialsProviderError', 'Server responded with status: 404'],
        ['ProviderError', 'Error response received from instance metadata service', { statusCode: 404 }],
        ['TokenProviderError', 'Token is expired.'],
      ];
      expect(refused.map((each) => kindOf(...each))).to.deep.equal(refused.map(() => 'fatal'));
    });

    it('should bring the remedy also where the SDK gives its error no name', () => {
      for (const said of ['Credential is missing', 'Resolved credential object is not valid']) {
        expect(classifyAwsError(new Error(said), site).message).to.include('AWS_ACCESS_KEY_ID');
      }
    });
  });
});

/** What a client of that configuration throws before it sends anything. */
async function refusal(config: { readonly region?: string }): Promise<unknown> {
  const client = makeKinesisClient(config);
  try {
    await client.send(new ListShardsCommand({ StreamName: 'orders' }));
  } catch (error) {
    return error;
  } finally {
    client.destroy();
  }
  throw new Error('The call succeeded.');
}

function failure({ name, message }: { readonly name: string; readonly message: string }, status?: number): Error {
  const metadata = status === undefined ? {} : { $metadata: { httpStatusCode: status } };
  return Object.assign(new Error(message), { name, ...metadata });
}
