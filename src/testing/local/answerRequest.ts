import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { KinesisServiceException } from '@aws-sdk/client-kinesis';
import type { Exchange } from '../fake/Exchanges.ts';
import { serviceError } from '../fake/serviceError.ts';
import type { FakeKinesis } from '../FakeKinesis.ts';
import type { BodyBuffers } from './BodyBuffers.ts';
import { decodeInput, encodeError, encodeOutput, JSON_1_1 } from './jsonProtocol.ts';

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

const TARGET = /^Kinesis_20131202\.(\w+)$/;
const CBOR_1_1 = 'application/x-amz-cbor-1.1';
/** Ten MiB of records in base64, with keys and the JSON around them. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const HEALTH = '/health';

/** Answers one HTTP request as the service's endpoint does. */
export function answerRequest(fake: FakeKinesis, buffers: BodyBuffers, request: Request, response: Response): void {
  const announced = Number(request.headers['content-length'] ?? 0);
  let body = buffers.take(Math.min(announced, MAX_BODY_BYTES));
  let size = 0;
  request.on('error', () => response.end());
  request.on('data', (chunk: Buffer) => {
    if (size + chunk.length > body.length && size + chunk.length <= MAX_BODY_BYTES) {
      const larger = buffers.take((size + chunk.length) * 2);
      body.copy(larger, 0, 0, size);
      buffers.giveBack(body);
      body = larger;
    }
    if (size + chunk.length <= body.length) chunk.copy(body, size);
    size += chunk.length;
  });
  request.on('end', () => {
    if (size > MAX_BODY_BYTES) {
      respond(response, 413, encodeError('RequestEntityTooLarge', `A request has at most ${MAX_BODY_BYTES} bytes.`));
    } else {
      answerBody(fake, buffers, request, response, body.subarray(0, size));
    }
    // The answer is on its way: what the request put is copied only now, out of its body.
    fake.pack();
    // A recorded call goes on holding its input, which lies in the body.
    if (!fake.calls.isRecording) buffers.giveBack(body);
  });
}

function answerBody(fake: FakeKinesis, buffers: BodyBuffers, request: Request, response: Response, body: Buffer): void {
  if (request.method === 'GET' && request.url === HEALTH) {
    respond(response, 200, Buffer.from('{"status":"ok"}'));
    return;
  }
  try {
    const operation = operationIn(request);
    carry(fake, buffers, fake.exchange(operation, decodeInput(body)), response);
  } catch (error) {
    respondError(response, error instanceof KinesisServiceException ? error : ownDefect(error));
  }
}

/** The operation that a request asks for; throws what the endpoint answers to one that asks for none. */
function operationIn({ method, headers, url }: Request): string {
  if (method !== 'POST') {
    const message = 'Unable to determine service/operation name to be authorized';
    throw serviceError('AccessDeniedException', message, { httpStatusCode: 403 });
  }
  const type = headers['content-type']?.split(';')[0]?.trim();
  if (type === CBOR_1_1) {
    throw serviceError(
      'SerializationException',
      `LocalKinesis speaks ${JSON_1_1} only; switch CBOR off in the client (aws.cborEnabled=false in Java).`,
    );
  }
  if (type !== JSON_1_1) throw serviceError('UnknownOperationException', '', { httpStatusCode: 404 });
  const target = headers['x-amz-target'];
  const operation = TARGET.exec(typeof target === 'string' ? target : '')?.[1];
  if (operation === undefined) throw serviceError('UnknownOperationException', '');
  if (headers.authorization === undefined && !url?.includes('X-Amz-Algorithm')) {
    throw serviceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  return operation;
}

function carry(fake: FakeKinesis, buffers: BodyBuffers, exchange: Exchange, response: Response): void {
  if (exchange.kind === 'hang') return;
  if (exchange.delayMs === 0) {
    finish(exchange, buffers, response);
    return;
  }
  const answer = fake.scheduler.schedule(() => {
    finish(exchange, buffers, response);
  }, exchange.delayMs);
  response.once('close', () => {
    answer.unsubscribe();
  });
}

function finish(exchange: Exclude<Exchange, { kind: 'hang' }>, buffers: BodyBuffers, response: Response): void {
  switch (exchange.kind) {
    case 'answer':
      respond(response, 200, encodeOutput(exchange.output, untilSent(buffers, response)), exchange.requestId);
      break;
    case 'error':
      respondError(response, exchange.error, exchange.requestId);
      break;
    case 'cut':
      breakOff(response);
  }
}

/** Gives memory that goes back once the response was sent, or its connection is gone. */
const untilSent = (buffers: BodyBuffers, response: Response) => (bytes: number) => {
  const buffer = buffers.take(bytes);
  response.once('close', () => {
    buffers.giveBack(buffer);
  });
  return buffer;
};

function respond(response: Response, status: number, body: Buffer, requestId?: string): void {
  const { stream } = response as { readonly stream?: unknown };
  if (response.destroyed && !stream) return;
  response.statusCode = status;
  response.setHeader('content-type', JSON_1_1);
  response.setHeader('content-length', body.length);
  if (requestId !== undefined) response.setHeader('x-amzn-requestid', requestId);
  (response as ServerResponse).end(body);
}

/** Nothing that a client sends may make the fake fail: it says so, rather than look like a connection that broke. */
const ownDefect = (error: unknown) =>
  serviceError('InternalFailure', `LocalKinesis failed itself, which is a defect of rxjs-kinesis: ${String(error)}`);

/** Service exceptions travel as such; what no service answers (a broken connection, say) breaks the connection. */
function respondError(response: Response, error: unknown, requestId?: string): void {
  if (!(error instanceof Error) || !isServiceError(error)) {
    breakOff(response);
    return;
  }
  respond(response, error.$metadata.httpStatusCode, encodeError(error.name, error.message), requestId);
}

const isServiceError = (error: Error): error is Error & { $metadata: { httpStatusCode: number } } =>
  '$metadata' in error;

/** Promises a body, sends some of it, and drops the connection. */
function breakOff(response: Response): void {
  response.statusCode = 200;
  response.setHeader('content-type', JSON_1_1);
  response.setHeader('content-length', 1_024);
  (response as ServerResponse).write('{"', () => response.socket?.destroy());
}
