import type { KinesisServiceError } from '../errors/KinesisServiceError.ts';
import { classifyAwsError } from './classifyAwsError.ts';

const FATAL = new Set([
  'AccessDeniedException',
  'InvalidArgumentException',
  'KMSAccessDeniedException',
  'KMSDisabledException',
  'KMSInvalidStateException',
  'KMSNotFoundException',
  'KMSOptInRequired',
  'ResourceNotFoundException',
  'ValidationException',
]);

/**
 * Makes of the ErrorCode of one entry of a PutRecords answer the error that a request would have had.
 *
 * The API reference names `ProvisionedThroughputExceededException` and `InternalFailure`. What is not known to be incurable is worth another try:
 * the request as a whole succeeded.
 */
export function classifyEntryError(code: string, message: string, streamName: string): KinesisServiceError {
  const error = Object.assign(new Error(message), { name: code }, FATAL.has(code) ? undefined : { $retryable: {} });
  return classifyAwsError(error, { operation: 'PutRecords', streamName });
}
