import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { decodeAnswer, isDecodable } from './decodeAnswer.ts';
import { encodePutRecords } from './encodePutRecords.ts';

/** What is used of the SDK's `ClientProtocol`. */
interface Protocol {
  serializeRequest(operation: Operation, input: Fields, context: unknown): Promise<Request>;
  deserializeResponse(operation: Operation, context: Context, response: Response): Promise<object>;
}

interface Operation {
  readonly name: string;
}

interface Request {
  body: unknown;
}

interface Response {
  readonly statusCode: number;
  body: unknown;
}

interface Context {
  readonly streamCollector?: (stream: unknown) => Promise<Uint8Array>;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Lets a client code the records of PutRecords and GetRecords with what Node has built in, and all else as the SDK does.
 *
 * The SDK walks schemas for each field of each record, and checks base64 with a regular expression; that is most of the time of both calls.
 * Here the SDK's own protocol codes the message without its records, headers, metadata and errors included, and the records are put in afterwards. Whatever
 * does not look as the service's description says goes to the SDK as it came.
 *
 * The client is changed: it must be one that nobody else has. One whose protocol is not the SDK's JSON is left as it is.
 */
export function quickenProtocol(client: KinesisClient): void {
  const { protocol } = client.config as { readonly protocol?: Partial<Protocol> & { getShapeId?(): string } };
  if (protocol?.getShapeId?.() !== 'aws.protocols#awsJson1_1') return;
  const serialize = protocol.serializeRequest?.bind(protocol);
  const deserialize = protocol.deserializeResponse?.bind(protocol);
  if (!serialize || !deserialize) return;

  protocol.serializeRequest = async (operation, input, context) => {
    const records = operation.name === 'PutRecords' ? encodePutRecords(input.Records) : undefined;
    if (records === undefined) return serialize(operation, input, context);
    const request = await serialize(operation, { ...input, Records: [] }, context);
    const [before, after, ...more] = textOf(request.body).split('"Records":[]');
    if (before === undefined || after === undefined || more.length > 0) return serialize(operation, input, context);
    request.body = Buffer.from(`${before}"Records":[${records}]${after}`);
    return request;
  };

  protocol.deserializeResponse = async (operation, context, response) => {
    const { streamCollector } = context;
    const isQuick = isDecodable(operation.name) && response.statusCode === 200 && streamCollector;
    if (!isQuick) return deserialize(operation, context, response);
    const bytes = response.body instanceof Uint8Array ? response.body : await streamCollector(response.body);
    const { records, rest } = decodeAnswer(operation.name, bytes) ?? { rest: bytes };
    const output = await deserialize(operation, context, Object.assign(response, { body: rest }));
    return records ? Object.assign(output, { Records: records }) : output;
  };
}

function textOf(body: unknown): string {
  return body instanceof Uint8Array
    ? Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString()
    : String(body);
}
