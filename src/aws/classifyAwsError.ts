import { KinesisServiceError, type AwsErrorKind } from '../errors/KinesisServiceError.ts';

/** Where a call was made, for the error's message and fields. */
export interface CallSite {
  readonly operation: string;
  readonly streamName?: string | undefined;
  readonly shardId?: string | undefined;
}

const THROTTLES = new Set([
  'ProvisionedThroughputExceededException',
  'LimitExceededException',
  'KMSThrottlingException',
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
]);

const EXPIRED_ITERATORS = new Set(['ExpiredIteratorException', 'ExpiredNextTokenException']);

/** 4xx answers that pass by themselves: clock skew is corrected by the SDK, credentials are renewed, a stream becomes ACTIVE. */
const TRANSIENTS = new Set([
  'InternalFailure',
  'InternalFailureException',
  'InternalServerError',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'RequestTimeout',
  'RequestTimeoutException',
  'RequestTimeTooSkewed',
  'RequestExpired',
  'PriorRequestNotComplete',
  'ResourceInUseException',
  'IDPCommunicationError',
  'ExpiredTokenException',
  'ExpiredToken',
]);

/** Codes of connections that broke, or were not made, which Node and its HTTP clients give without a system call. */
const CONNECTION_CODES =
  /^(ECONN|EPIPE$|EHOST|ENET|ENOTFOUND$|EAI_|EADDRNOTAVAIL$|EPROTO$|HPE_|UND_ERR_|ERR_(STREAM|HTTP2|SOCKET|SSL)_|ERR_TLS_HANDSHAKE)/;
/** System calls that talk to a server. What fails in one passes, but for what nobody may do here. */
const NETWORK_CALLS = new Set(['connect', 'read', 'write', 'shutdown', 'socket', 'getaddrinfo']);
const FORBIDDEN_CODES = new Set(['EACCES', 'EPERM', 'EINVAL']);

const TIMEOUT_CODES = new Set([
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'TimeoutError',
  'RequestTimeout',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ERR_TLS_HANDSHAKE_TIMEOUT',
]);

const GIVE_CREDENTIALS =
  'Give credentials that are valid: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, the role of the machine, or client: { credentials }.';
const NAME_REGION =
  "Name a region: AWS_REGION, client: { region: 'eu-west-1' }, or the stream's ARN in place of its name.";

const REMEDIES: Readonly<Record<string, string>> = {
  AccessDeniedException: 'Allow this action on the stream in the IAM policy of these credentials.',
  ResourceNotFoundException: 'Check the name, the region and the account, or create the stream.',
  InvalidArgumentException: 'Check the options given for this stream.',
  ValidationException: 'Check the options given for this stream.',
  UnrecognizedClientException: 'Check the credentials.',
  InvalidSignatureException: 'Check the credentials and the clock of this machine.',
  IncompleteSignature: 'Check the credentials.',
  MissingAuthenticationToken: 'Check the credentials.',
  CredentialsProviderError: GIVE_CREDENTIALS,
  TokenProviderError: GIVE_CREDENTIALS,
  ProviderError: GIVE_CREDENTIALS,
  KMSAccessDeniedException: 'Allow kms:Decrypt (readers) or kms:GenerateDataKey (writers) on the key of the stream.',
  KMSDisabledException: 'Enable the KMS key of the stream.',
  KMSInvalidStateException: 'Bring the KMS key of the stream back into use.',
  KMSNotFoundException: 'Restore the KMS key of the stream, or encrypt the stream with another.',
  KMSOptInRequired: 'Subscribe this account to KMS.',
};

/** What the SDK says without a name, before it sends anything. */
const NAMELESS_REMEDIES: readonly (readonly [said: RegExp, remedy: string])[] = [
  [/^Region is missing/, NAME_REGION],
  [/^Credential is missing|^Resolved credential object is not valid/, GIVE_CREDENTIALS],
];

/**
 * Makes of whatever a client threw one {@link KinesisServiceError} that says what it means.
 *
 * What is not known is `transient` only when the service (5xx) or the connection failed, or when the SDK itself calls it retryable;
 * an unknown 4xx, and an error that came from no server at all, is `fatal`: repeating it would hide it.
 *
 * So are a missing region and missing credentials. A provider of credentials that did not get an answer, such as the instance's metadata
 * service, is `transient`; but the SDK's chain of providers says of all of them together only that none gave any, and that is `fatal`. It renews
 * credentials from five minutes before they expire, so a provider that is away for less is never seen here.
 */
export function classifyAwsError(error: unknown, site: CallSite): KinesisServiceError {
  if (error instanceof KinesisServiceError) return error;
  const { kind, awsName } = judge(error);
  const place = [site.streamName && `stream ${site.streamName}`, site.shardId && `shard ${site.shardId}`]
    .filter(Boolean)
    .join(', ');
  const said = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
  const what = awsName === 'unknown' ? said : `${awsName}: ${said}`;
  const message = `${site.operation} failed${place && ` on ${place}`}: ${what}. ${remedyOf(kind, awsName, said)}`;
  return new KinesisServiceError(message, { cause: error, kind, awsName, ...site });
}

function remedyOf(kind: AwsErrorKind, awsName: string, said: string): string {
  if (kind !== 'fatal') return 'The call is repeated.';
  const nameless = awsName === 'unknown' ? NAMELESS_REMEDIES.find(([pattern]) => pattern.test(said)) : undefined;
  return REMEDIES[awsName] ?? nameless?.[1] ?? 'Repeating the call cannot cure this.';
}

const BROKEN = /socket hang up|socket is closed|network|connection (was )?(closed|reset)/i;
const PROVIDERS = new Set(['CredentialsProviderError', 'TokenProviderError', 'ProviderError']);
/** What providers say of an answer that did not come: they keep the error underneath only as text. */
const UNANSWERED =
  /\b(ECONNRESET|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|TimeoutError|timed out|socket hang up|Unable to connect)\b/;
const SERVER_FAILED = /^Server responded with status: (5\d\d|429)\b/;
/** The metadata service's answers that pass: 401 is a token that ran out, which is fetched anew. */
const passes = (status: unknown) => typeof status === 'number' && (status >= 500 || status === 429 || status === 401);
const isNamed = (awsName: string) => awsName.endsWith('Exception') || awsName in REMEDIES;

interface AwsFailure {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly message?: unknown;
  /** Of an answer of the instance's metadata service. */
  readonly statusCode?: unknown;
  /** What failed in the operating system, such as `connect`. */
  readonly syscall?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown; readonly clockSkewCorrected?: unknown };
  readonly $retryable?: { readonly throttling?: boolean };
}

function judge(error: unknown): { kind: AwsErrorKind; awsName: string } {
  if (typeof error !== 'object' || error === null) return { kind: 'fatal', awsName: 'unknown' };
  const { name, code, $metadata, $retryable, cause } = error as AwsFailure;
  const awsName = typeof name === 'string' ? name : '';
  const codes = [awsName, code, (cause as AwsFailure | undefined)?.code];

  if (THROTTLES.has(awsName) || $retryable?.throttling) return { kind: 'throttle', awsName: awsName || 'unknown' };
  if (EXPIRED_ITERATORS.has(awsName)) return { kind: 'expiredIterator', awsName };
  if (codes.some((each) => TIMEOUT_CODES.has(each as string))) return { kind: 'transient', awsName: 'timeout' };
  const status = $metadata?.httpStatusCode;
  if (isOfConnection(error, codes)) return { kind: 'transient', awsName: 'connection' };
  if (PROVIDERS.has(awsName) && status === undefined && isUnanswered(error)) return { kind: 'transient', awsName };
  // What a service says may name anything, a stream called network-logs too; only without one do words count.
  if (status === undefined && !isNamed(awsName) && BROKEN.test((error as Error).message)) {
    return { kind: 'transient', awsName: 'connection' };
  }
  if (status === 429) return { kind: 'throttle', awsName: awsName || 'unknown' };
  const isService = typeof status === 'number' && (status >= 500 || status === 408);
  // The SDK has set its clock by what the service said, and leaves it to us to call again.
  const isTransient =
    isService || TRANSIENTS.has(awsName) || $retryable !== undefined || $metadata?.clockSkewCorrected === true;
  // A body that is no JSON comes from something between us and the service.
  if (isTransient || awsName === 'SyntaxError') return { kind: 'transient', awsName: awsName || 'unknown' };
  return { kind: 'fatal', awsName: awsName && awsName !== 'Error' ? awsName : 'unknown' };
}

function isOfConnection({ syscall, code }: AwsFailure, codes: readonly unknown[]): boolean {
  if (codes.some((each) => typeof each === 'string' && CONNECTION_CODES.test(each))) return true;
  return typeof code === 'string' && NETWORK_CALLS.has(syscall as string) && !FORBIDDEN_CODES.has(code);
}

function isUnanswered({ message, statusCode }: AwsFailure): boolean {
  return (
    passes(statusCode) || (typeof message === 'string' && (UNANSWERED.test(message) || SERVER_FAILED.test(message)))
  );
}
