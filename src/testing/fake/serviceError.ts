import * as sdk from '@aws-sdk/client-kinesis';
import { KinesisServiceException } from '@aws-sdk/client-kinesis';

type ModelledException = new (options: {
  readonly message: string;
  readonly $metadata: KinesisServiceException['$metadata'];
}) => KinesisServiceException;

/** Statuses that differ from 400 (Common Errors, API reference) or from what a name's class would say. */
const STATUSES: Readonly<Record<string, number>> = {
  InternalFailure: 500,
  InternalFailureException: 500,
  InternalServerError: 500,
  ServiceUnavailable: 503,
  ServiceUnavailableException: 503,
  RequestEntityTooLarge: 413,
  NotImplemented: 501,
};

/** What an error of the service weighs on the wire. */
export interface ServiceErrorOptions {
  /** Default: 400, or what AWS answers to this name. */
  readonly httpStatusCode?: number | undefined;
  readonly requestId?: string | undefined;
}

/** Makes the exception that the SDK throws for `name`: of its own class where it has one, else a `KinesisServiceException` of that name. */
export function serviceError(
  name: string,
  message: string,
  { httpStatusCode = STATUSES[name] ?? 400, requestId }: ServiceErrorOptions = {},
): KinesisServiceException {
  const $metadata = { httpStatusCode, attempts: 1, totalRetryDelay: 0, ...(requestId !== undefined && { requestId }) };
  const exported = (sdk as Readonly<Record<string, unknown>>)[name];
  if (isModelled(exported)) return new exported({ message, $metadata });
  return new KinesisServiceException({
    name,
    message,
    $fault: httpStatusCode >= 500 ? 'server' : 'client',
    $metadata,
  });
}

/** Whether it is a class that the SDK has for one exception. */
function isModelled(exported: unknown): exported is ModelledException {
  return typeof exported === 'function' && exported.prototype instanceof KinesisServiceException;
}
