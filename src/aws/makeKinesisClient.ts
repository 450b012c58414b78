import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { KinesisClient, type KinesisClientConfig } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import { quickenProtocol } from './quickenProtocol.ts';

/** Connections to the service at a time: one for each request in flight, and a request queues for one beyond. */
const MAX_SOCKETS = 256;
const CONNECTION_TIMEOUT_MS = 5_000;
/** How long a connection may be silent while an answer is awaited. */
const SOCKET_TIMEOUT_MS = 60_000;

/**
 * Makes a `KinesisClient` as the library wants it. Whatever `config` says goes before that.
 *
 * - Region and credentials come from where every AWS tool takes them: the environment, the shared files, the instance.
 * - Connections are HTTP/1.1 and kept alive. The SDK's default is HTTP/2 with a new connection for each request.
 *   Options of a handler (`requestHandler: { … }`) are those of the SDK's `NodeHttpHandler`.
 * - The SDK makes one attempt. The library itself retries, reports each failure, and counts attempts; attempts that the SDK
 *   makes beneath it would be seen by nobody, and multiply with its own.
 * - Records are coded faster than the SDK does it, unless a `protocol` is given.
 *
 * Sources and sinks that are given no client, or its configuration, make one of these for each subscription. Make one yourself to share it, and destroy it at the end.
 *
 * @example
 * ```ts
 * import { fromKinesis, makeKinesisClient, toKinesis } from 'rxjs-kinesis';
 *
 * const client = makeKinesisClient({ region: 'eu-west-1' });
 *
 * fromKinesis('orders', { client })
 *   .pipe(toKinesis('orders-copy', { client }))
 *   .subscribe({ complete: () => client.destroy() });
 * ```
 */
export function makeKinesisClient(config: KinesisClientConfig = {}): KinesisClient {
  const client = new KinesisClient({
    maxAttempts: 1,
    ...config,
    requestHandler: requestHandler(config.requestHandler),
  });
  if (config.protocol === undefined) quickenProtocol(client);
  // Without a logger it still walks all records of each request and answer, for what sensitive fields they may have.
  if (config.logger === undefined) client.middlewareStack.remove('loggerMiddleware');
  return client;
}

type RequestHandler = NonNullable<KinesisClientConfig['requestHandler']>;

function requestHandler(given: RequestHandler | undefined): RequestHandler {
  if (given && 'handle' in given && typeof given.handle === 'function') return given;
  const agentOptions = { keepAlive: true, maxSockets: MAX_SOCKETS };
  return new NodeHttpHandler({
    httpAgent: new HttpAgent(agentOptions),
    httpsAgent: new HttpsAgent(agentOptions),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    ...(given as NodeHttpHandlerOptions | undefined),
  });
}
