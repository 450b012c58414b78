import {
  GetRecordsCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
  type PutRecordsRequestEntry,
} from '@aws-sdk/client-kinesis';
import { expect } from 'chai';
import fc from 'fast-check';
import { quickenProtocol } from '../../src/aws/quickenProtocol.ts';

interface SentRequest {
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | string;
}

/** A client whose server is a function: it answers with what is given, and keeps what it was sent. */
function clientOf(answer: { status?: number; body: string; headers?: Record<string, string> }) {
  const sent: SentRequest[] = [];
  const client = new KinesisClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    maxAttempts: 1,
    requestHandler: {
      handle(request: SentRequest) {
        sent.push(request);
        const { status = 200, headers = { 'x-amzn-RequestId': 'request-1' }, body } = answer;
        return Promise.resolve({
          response: { statusCode: status, headers: { ...headers }, body: new Uint8Array(Buffer.from(body)) },
        });
      },
    },
  });
  return { client, sent };
}

type Outcome = Record<string, unknown>;

async function outcomeOf(result: Promise<object>): Promise<Outcome> {
  try {
    return { output: await result };
  } catch (thrown) {
    const { name, message } = thrown as Error;
    return { name, message, ...Object.fromEntries(Object.entries(thrown as object)) };
  }
}

/** What the SDK's own protocol and the quick one make of the same bytes. */
async function bothOutputs(body: string, status = 200): Promise<{ stock: Outcome; quick: Outcome }> {
  const read = (client: KinesisClient) => outcomeOf(client.send(new GetRecordsCommand({ ShardIterator: 'i' })));
  const { client } = clientOf({ status, body });
  const stock = await read(client);
  const other = clientOf({ status, body }).client;
  quickenProtocol(other);
  return { stock, quick: await read(other) };
}

const answerWith = (...Records: unknown[]) =>
  JSON.stringify({ MillisBehindLatest: 0, NextShardIterator: 'n', Records });
const record = {
  SequenceNumber: '49',
  ApproximateArrivalTimestamp: 1_700_000_000.123,
  Data: 'aGVsbG8=',
  PartitionKey: 'ключ',
  EncryptionType: 'KMS',
};

describe('quickenProtocol', () => {
  const answers: Record<string, string> = {
    'a record': answerWith(record),
    'many records': answerWith(record, { ...record, Data: '' }, { ...record, Data: 'YQ==' }),
    'no records': answerWith(),
    'missing fields': answerWith({ SequenceNumber: '1', Data: 'YQ==' }),
    'null fields': answerWith({
      ...record,
      PartitionKey: null,
      EncryptionType: null,
      ApproximateArrivalTimestamp: null,
    }),
    'unknown fields': answerWith({ ...record, Color: 'red' }),
    'data that is missing': answerWith({ SequenceNumber: '1' }),
    'data that is no base64': answerWith({ ...record, Data: '!!!!' }),
    'data with wrong padding': answerWith({ ...record, Data: 'YQ=' }),
    'data that is no string': answerWith({ ...record, Data: 5 }),
    'a null record': answerWith(null),
    'a date as text': answerWith({ ...record, ApproximateArrivalTimestamp: '1700000000.5' }),
    'a date that is none': answerWith({ ...record, ApproximateArrivalTimestamp: 'today' }),
    'a date before 1970 and one with many digits': answerWith(
      { ...record, ApproximateArrivalTimestamp: -1.5 },
      { ...record, ApproximateArrivalTimestamp: 1_700_000_000.999_999 },
    ),
    'the end of a shard': JSON.stringify({
      MillisBehindLatest: 5,
      NextShardIterator: null,
      Records: [record],
      ChildShards: [
        { ShardId: 's', ParentShards: ['p', 'q'], HashKeyRange: { StartingHashKey: '0', EndingHashKey: '9' } },
      ],
    }),
    'records that are null': JSON.stringify({ Records: null, NextShardIterator: 'n' }),
    'records that are no list': JSON.stringify({ Records: {} }),
    'no fields': '{}',
    'no body': '',
    'no JSON': '<html>',
    'no object': '"text"',
  };
  for (const [what, body] of Object.entries(answers)) {
    it(`should make the same of an answer with ${what} as the SDK`, async () => {
      const { stock, quick } = await bothOutputs(body);
      expect(quick).to.deep.equal(stock);
    });
  }

  it('should make the same of an error as the SDK', async () => {
    for (const status of [400, 500]) {
      const { stock, quick } = await bothOutputs('{"__type":"ExpiredIteratorException","message":"too old"}', status);
      expect(quick).to.deep.equal(stock);
      expect(quick.name).to.equal('ExpiredIteratorException');
    }
  });

  it('should keep the metadata of the answer', async () => {
    const { quick } = await bothOutputs(answerWith(record));
    expect(quick.output).to.have.nested.include({
      '$metadata.httpStatusCode': 200,
      '$metadata.requestId': 'request-1',
    });
  });

  it('should make the same of the results of PutRecords as the SDK', async () => {
    const bodies = [
      [],
      [
        { SequenceNumber: '1', ShardId: 's' },
        { ErrorCode: 'InternalFailure', ErrorMessage: 'oh', ShardId: null },
      ],
      [{}, { Color: 'red' }],
      [{ SequenceNumber: 5 }],
      [null],
    ].map((Records) => JSON.stringify({ FailedRecordCount: 1, Records, EncryptionType: 'KMS' }));
    for (const body of [...bodies, '{}', '', '{"Records":null}']) {
      const write = async (prepare: (client: KinesisClient) => void) => {
        const { client } = clientOf({ body });
        prepare(client);
        return await outcomeOf(client.send(new PutRecordsCommand({ StreamName: 'orders', Records: [] })));
      };
      expect(await write(quickenProtocol)).to.deep.equal(await write(() => undefined));
    }
  });

  it('should take each number of bytes as the SDK does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 5 }), async (datas) => {
        const records = datas.map((data) => ({ ...record, Data: Buffer.from(data).toString('base64') }));
        const { stock, quick } = await bothOutputs(answerWith(...records));
        expect(quick).to.deep.equal(stock);
      }),
    );
  });

  it('should send what the SDK would', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(requestEntry, { maxLength: 5 }), async (Records) => {
        const { stock, quick } = await bothRequests(Records);
        expect(quick).to.deep.equal(stock);
      }),
    );
  });

  it('should leave a request that is not as described to the SDK', async () => {
    const Data = Buffer.from('x');
    for (const entry of [{ Data }, { Data: 'text', PartitionKey: 'k' }, { Data, PartitionKey: 'k', Color: 'red' }]) {
      const { stock, quick } = await bothRequests([entry as PutRecordsRequestEntry]);
      expect(quick).to.deep.equal(stock);
    }
  });

  it('should leave other operations to the SDK', async () => {
    const { client, sent } = clientOf({ body: '{"Shards":[{"ShardId":"s"}]}' });
    quickenProtocol(client);
    const { Shards } = await client.send(new ListShardsCommand({ StreamName: 'orders' }));
    expect(Shards).to.deep.equal([{ ShardId: 's' }]);
    expect(bodyOf(sent[0]!)).to.deep.equal({ StreamName: 'orders' });
  });

  it('should leave a client alone whose protocol it does not know', () => {
    const protocol = { getShapeId: () => 'aws.protocols#rpcv2Cbor', serializeRequest: () => undefined };
    const client = { config: { protocol: { ...protocol } } };
    quickenProtocol(client as unknown as KinesisClient);
    expect(client.config.protocol).to.deep.equal(protocol);
    expect(() => quickenProtocol({ config: {} } as unknown as KinesisClient)).not.to.throw();
  });
});

const requestEntry = fc.record(
  {
    Data: fc.uint8Array({ maxLength: 20 }),
    PartitionKey: fc.string({ unit: 'grapheme', minLength: 1 }),
    ExplicitHashKey: fc.constantFrom('0', '340282366920938463463374607431768211455'),
  },
  { requiredKeys: ['Data', 'PartitionKey'] },
);

async function bothRequests(Records: PutRecordsRequestEntry[]): Promise<{ stock: unknown; quick: unknown }> {
  const write = async (prepare: (client: KinesisClient) => void) => {
    const { client, sent } = clientOf({ body: '{"Records":[]}' });
    prepare(client);
    const outcome = await outcomeOf(client.send(new PutRecordsCommand({ StreamName: 'orders', Records })));
    const [request] = sent;
    if (!request) return outcome;
    const { 'content-length': length, 'content-type': type, 'x-amz-target': target } = request.headers;
    expect(Number(length)).to.equal(Buffer.byteLength(textOf(request.body)));
    return { type, target, body: bodyOf(request) };
  };
  return { stock: await write(() => undefined), quick: await write(quickenProtocol) };
}

const bodyOf = ({ body }: SentRequest): unknown => JSON.parse(textOf(body));

const textOf = (body: Uint8Array | string) => (typeof body === 'string' ? body : new TextDecoder().decode(body));
