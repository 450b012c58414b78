import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

/** Connections at a time: one for each request in flight, and a request queues for one beyond. */
const MAX_SOCKETS = 256;
const CONNECTION_TIMEOUT_MS = 3_000;

/**
 * Makes a client as the store wants it; whatever `config` says goes before that. Connections are kept alive, and the SDK makes one attempt: the
 * library repeats what it must, and reports each failure.
 */
export function makeDynamoDbClient(config: DynamoDBClientConfig = {}): DynamoDBClient {
  const { requestHandler } = config;
  const isHandler = requestHandler && 'handle' in requestHandler && typeof requestHandler.handle === 'function';
  const agent = { keepAlive: true, maxSockets: MAX_SOCKETS };
  return new DynamoDBClient({
    maxAttempts: 1,
    ...config,
    requestHandler: isHandler
      ? requestHandler
      : { httpAgent: agent, httpsAgent: agent, connectionTimeout: CONNECTION_TIMEOUT_MS, ...requestHandler },
  });
}
