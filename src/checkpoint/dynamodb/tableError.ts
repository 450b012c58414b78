import { CheckpointStoreError } from '../../errors/CheckpointStoreError.ts';
import type { KinesisServiceError } from '../../errors/KinesisServiceError.ts';
import { LeaseTableError } from './LeaseTableError.ts';

/** What a call to the table was about. */
export interface TableSite {
  readonly tableName: string;
  readonly streamName: string;
  readonly shardId?: string | undefined;
}

/** Errors of DynamoDB that pass, and that Kinesis has not. */
const CONFLICTS = new Set([
  'TransactionConflictException',
  'TransactionInProgressException',
  'ReplicatedWriteConflictException',
]);
const CREDENTIALS_REFUSED = new Set([
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'CredentialsProviderError',
  'TokenProviderError',
]);
const REMEDIES = {
  credentials:
    'Give credentials that are valid: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, the role of the machine, or client: { credentials }.',
  region: "Name a region: AWS_REGION, or client: { region: 'eu-west-1' }.",
} as const;

/** Says what a failed call to DynamoDB means and what to do, and whether it is worth another try. */
export function tableError(
  error: KinesisServiceError,
  { tableName, streamName, shardId }: TableSite,
): CheckpointStoreError {
  const { awsName, operation, cause } = error;
  const retryable = error.retryable || CONFLICTS.has(awsName);
  const said = (cause instanceof Error ? cause.message : error.message).replace(/\.$/, '');
  const what = awsName === 'unknown' ? said : `${awsName}: ${said}`;
  const place = `table ${tableName} (stream ${streamName}${shardId === undefined ? '' : `, shard ${shardId}`})`;
  const found = `${operation} failed on ${place}: ${what}`;
  const options = { cause: cause ?? error, streamName, shardId, retryable };
  if (retryable) return new CheckpointStoreError(`${found}. ${remedyOfWeather(error)}`, options);
  const wrong = wrongSettingIn(awsName, said);
  return wrong
    ? new LeaseTableError(found, REMEDIES[wrong], wrong, options)
    : new CheckpointStoreError(`${found}. ${remedyOf(awsName, operation, tableName)}`, options);
}

const remedyOfWeather = ({ kind }: KinesisServiceError): string =>
  kind === 'throttle'
    ? 'The call is repeated. If it happens often, give the table more capacity, or bill it on demand.'
    : 'The call is repeated.';

function wrongSettingIn(awsName: string, said: string): keyof typeof REMEDIES | undefined {
  if (CREDENTIALS_REFUSED.has(awsName)) return 'credentials';
  if (/^Region (is missing|not accepted)/.test(said)) return 'region';
  return /^(Credential is missing|Resolved credential object is not valid)/.test(said) ? 'credentials' : undefined;
}

function remedyOf(awsName: string, operation: string, tableName: string): string {
  switch (awsName) {
    case 'AccessDeniedException':
      return `Allow dynamodb:${operation} on arn:aws:dynamodb:<region>:<account>:table/${tableName} in the IAM policy of these credentials.`;
    case 'ResourceNotFoundException':
      return 'The table is gone: whoever removed it removed the progress. Start anew with a table, restored or empty.';
    case 'ValidationException':
      return 'Check that the table is one of leases: its hash key is leaseKey, a string, and it has no range key.';
    default:
      return 'Repeating the call cannot cure this.';
  }
}
