import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:http2';
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis';
import { NodeHttp2Handler, NodeHttpHandler } from '@smithy/node-http-handler';
import { expect } from 'chai';
import { KinesisStreamError } from '../../src/errors/KinesisStreamError.ts';
import { LocalKinesis } from '../../src/testing/LocalKinesis.ts';

const FIRST = 'shardId-000000000000';
const headers = {
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': 'Kinesis_20131202.PutRecord',
  authorization: 'AWS4-HMAC-SHA256 Credential=x',
};

describe('LocalKinesis', () => {
  let local: LocalKinesis;

  beforeEach(async () => {
    local = await LocalKinesis.start({ streams: { orders: {} } });
  });

  afterEach(() => local.stop());

  const post = async (body: string, changed: Record<string, string | undefined> = {}) => {
    const sent = Object.entries({ ...headers, ...changed }).filter((each): each is [string, string] => !!each[1]);
    const response = await fetch(local.endpoint, { method: 'POST', body, headers: sent });
    return { status: response.status, body: await response.text() };
  };

  const failure = (type: string, status = 400) => ({ status, type });
  const failed = async (...args: Parameters<typeof post>) => {
    const { status, body } = await post(...args);
    return { status, type: (JSON.parse(body) as { __type: string }).__type };
  };

  for (const [version, handler] of [
    ['HTTP/1.1', () => new NodeHttpHandler()],
    ['HTTP/2', () => new NodeHttp2Handler()],
  ] as const) {
    it(`should carry records to the SDK and back over ${version}`, async () => {
      const client = new KinesisClient({ ...local.clientConfig, requestHandler: handler() });
      const keys = ['plain', 'ключ', 'with "quotes" and \\', 'line\nbreak'];
      const Records = keys.map((PartitionKey, index) => ({ PartitionKey, Data: Buffer.alloc(index * 7, 0xfb) }));
      const put = await client.send(new PutRecordsCommand({ StreamName: 'orders', Records }));
      const { ShardIterator } = await client.send(
        new GetShardIteratorCommand({ StreamName: 'orders', ShardId: FIRST, ShardIteratorType: 'TRIM_HORIZON' }),
      );
      const read = await client.send(new GetRecordsCommand({ ShardIterator }));
      client.destroy();

      expect(put.FailedRecordCount).to.equal(0);
      expect(read.Records?.map(({ PartitionKey }) => PartitionKey)).to.deep.equal(keys);
      expect(read.Records?.map(({ Data }) => Buffer.from(Data!))).to.deep.equal(Records.map(({ Data }) => Data));
      expect(read.Records?.map(({ SequenceNumber }) => SequenceNumber)).to.deep.equal(
        put.Records?.map(({ SequenceNumber }) => SequenceNumber),
      );
    });
  }

  it('should leave an answer alone that a slow client has not read yet', async () => {
    const MANY = 4;
    await local.stop();
    local = await LocalKinesis.start({ streams: { orders: { shards: MANY } }, limits: false });
    const shardIds = Array.from({ length: MANY }, (_, index) => `shardId-00000000000${index}`);
    const texts = new Map(shardIds.map((shardId, index) => [shardId, String(index).repeat(900 * 1024)]));
    const client = new KinesisClient(local.clientConfig);
    const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: 'orders' }));
    for (const { ShardId, HashKeyRange } of Shards) {
      const data = Buffer.from(texts.get(ShardId!)!);
      for (let times = 0; times < 8; times += 1) {
        local.fake.put('orders', [{ partitionKey: 'k', explicitHashKey: HashKeyRange!.StartingHashKey!, data }]);
      }
    }
    const read = async (shardId: string): Promise<IncomingMessage> => {
      const input = { StreamName: 'orders', ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
      const { ShardIterator } = await client.send(new GetShardIteratorCommand(input));
      const asked = request(local.endpoint, {
        method: 'POST',
        headers: { ...headers, 'x-amz-target': 'Kinesis_20131202.GetRecords' },
      });
      asked.end(JSON.stringify({ ShardIterator }));
      return ((await once(asked, 'response')) as [IncomingMessage])[0];
    };

    // Far more than sockets hold: each answer waits in the server for its client, while the next is written.
    const answers: IncomingMessage[] = [];
    for (const shardId of shardIds) answers.push(await read(shardId));
    for (const [index, answer] of answers.entries()) {
      const body = Buffer.concat((await answer.toArray()) as Buffer[]).toString();
      const { Records } = JSON.parse(body) as { Records: { Data: string }[] };
      const expected = texts.get(shardIds[index]!);
      expect(Records.map(({ Data }) => Buffer.from(Data, 'base64').toString() === expected)).to.deep.equal(
        new Array(8).fill(true),
      );
    }
    client.destroy();
  });

  it("should answer what is no request of the API as the service's endpoint does", async () => {
    expect(await failed('{')).to.deep.equal(failure('SerializationException'));
    expect(await failed('[]')).to.deep.equal(failure('SerializationException'));
    expect(await failed('{"Data":"%%%%"}')).to.deep.equal(failure('SerializationException'));
    expect(await failed('{"PartitionKey":1,"Data":"AAAA"}')).to.deep.equal(failure('SerializationException'));
    expect(await failed('{}')).to.deep.equal(failure('ValidationException'));
    const target = (name: string) => ({ 'x-amz-target': name });
    expect(await failed('{}', target('Kinesis_20131202.Nothing'))).to.deep.equal(failure('UnknownOperationException'));
    expect(await failed('{}', target('DynamoDB_20120810.Query'))).to.deep.equal(failure('UnknownOperationException'));
    expect(await failed('{}', { authorization: undefined })).to.deep.equal(
      failure('MissingAuthenticationTokenException'),
    );
    expect(await failed('{}', { 'content-type': 'application/x-amz-cbor-1.1' })).to.deep.equal(
      failure('SerializationException'),
    );
    const call = (operation: string, input: object) =>
      failed(JSON.stringify({ StreamName: 'orders', ...input }), target(`Kinesis_20131202.${operation}`));
    for (const [operation, input] of [
      ['PutRecords', { Records: [null] }],
      ['UpdateShardCount', { TargetShardCount: 1.5, ScalingType: 'UNIFORM_SCALING' }],
      ['ListShards', { MaxResults: 1.5 }],
      ['IncreaseStreamRetentionPeriod', { RetentionPeriodHours: 25.5 }],
      ['AddTagsToStream', { Tags: { a: 5 } }],
      ['RemoveTagsFromStream', { TagKeys: [null] }],
    ] as const) {
      expect(await call(operation, input), operation).to.deep.equal(failure('SerializationException'));
    }
    expect(await failed(' '.repeat(17 * 1024 * 1024))).to.deep.equal(failure('RequestEntityTooLarge', 413));
  });

  it('should take a member that is null for one that is left out', async () => {
    const put = '"PartitionKey":"k","Data":"YQ==","ExplicitHashKey":null';
    expect((await post(`{"StreamName":"orders","StreamARN":null,${put}}`)).status).to.equal(200);
    const many = { 'x-amz-target': 'Kinesis_20131202.PutRecords' };
    expect((await post(`{"StreamName":"orders","Records":[{${put}}]}`, many)).status).to.equal(200);
    expect(local.fake.countRecords('orders')).to.equal(2);
    expect(await failed('{"StreamName":"orders","PartitionKey":null,"Data":"YQ=="}')).to.deep.equal(
      failure('ValidationException'),
    );
  });

  it('should say so when it fails itself, and break no connection', async () => {
    local.fake.exchange = () => {
      throw new TypeError('no such thing');
    };
    const { status, body } = await post('{}');

    expect(status).to.equal(500);
    expect(JSON.parse(body)).to.deep.equal({
      __type: 'InternalFailure',
      message: 'LocalKinesis failed itself, which is a defect of rxjs-kinesis: TypeError: no such thing',
    });
  });

  it('should decode blobs wherever they stand and however they are escaped', async () => {
    const put = (body: string) => post(body).then(({ status }) => status);

    expect(await put('{"StreamName":"orders","PartitionKey":"\\"Data\\":\\"x","Data":"YWJj"}')).to.equal(200);
    expect(await put('{ "Data" : "/+\\/+" , "StreamName" : "orders" , "PartitionKey" : "k" }')).to.equal(200);
    expect(await put('{"Other":{"Data":"AAAA"},"StreamName":"orders","PartitionKey":"k","Data":"YQ=="}')).to.equal(200);
    expect(await put('{"StreamName":"orders","PartitionKey":"k","Data":""}')).to.equal(200);
    const stored = local.fake.records('orders').map(({ data }) => Buffer.from(data).toString('base64'));
    expect(stored).to.deep.equal(['YWJj', '/+/+', 'YQ==', '']);
  });

  it('should keep apart what requests at the same time bring, of any size and recorded too', async () => {
    local.fake.calls.record(100);
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(1 + index * 2_000));
    await Promise.all(
      texts.map((text) => {
        const Data = Buffer.from(text).toString('base64');
        return post(JSON.stringify({ StreamName: 'orders', PartitionKey: 'k', Data }));
      }),
    );

    const stored = local.fake.records('orders').map(({ data }) => Buffer.from(data).toString());
    expect(stored.sort()).to.deep.equal(texts.sort());
    const recorded = local.fake.calls.recorded.map(({ input }) => String((input as { Data: unknown }).Data));
    expect(recorded.sort()).to.deep.equal(texts);
  });

  it('should say that it is there', async () => {
    const response = await fetch(`${local.endpoint}/health`);

    expect(response.status).to.equal(200);
  });

  it('should break the connection under a call that is cut', async () => {
    local.fake.cut({ times: 1, effect: 'after' });
    const cut = await post('{"StreamName":"orders","PartitionKey":"k","Data":"YQ=="}').catch(() => 'broken');

    expect(cut).to.equal('broken');
    expect(local.fake.countRecords('orders')).to.equal(1);
  });

  it('should stop promptly under connections that are idle, wait for an answer, or said nothing', async () => {
    local.fake.hang({ operation: 'PutRecord' });
    const waiting = post('{"StreamName":"orders","PartitionKey":"k","Data":"YQ=="}').catch(() => 'dropped');
    await fetch(`${local.endpoint}/health`);
    const session = connect(local.endpoint);
    await new Promise((resolve) => session.once('connect', resolve));
    const closed = new Promise((resolve) => session.once('close', resolve));
    session.on('error', () => undefined);

    await local.stop();
    await local.stop();

    expect(await waiting).to.equal('dropped');
    await closed;
  });

  it('should say so when the port is in use, and what was wrong with its options', async () => {
    const port = Number(new URL(local.endpoint).port);
    const start = (options: Parameters<typeof LocalKinesis.start>[0]) =>
      LocalKinesis.start(options).then(
        () => undefined,
        (error: unknown) => error as Error,
      );

    const inUse = await start({ port });
    expect(inUse).to.be.instanceOf(KinesisStreamError);
    expect(inUse?.message).to.include(`127.0.0.1:${port}: the port is in use`);
    expect(await start({ prot: 4567 } as never))
      .to.have.property('message')
      .that.matches(/has no option "prot".*port/);
    expect(await start({ port: 70_000 })).to.be.instanceOf(RangeError);
    expect(await start({ host: '' })).to.be.instanceOf(TypeError);
  });

  it('should stop at the end of its scope', async () => {
    let endpoint: string;
    {
      await using scoped = await LocalKinesis.start();
      endpoint = scoped.endpoint;
      expect((await fetch(`${endpoint}/health`)).status).to.equal(200);
    }

    expect(await fetch(`${endpoint}/health`).catch(() => 'refused')).to.equal('refused');
  });
});
