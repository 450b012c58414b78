import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { expect } from 'chai';
import { makeDynamoDbClient } from '../../../src/checkpoint/dynamodb/makeDynamoDbClient.ts';

const config = { region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };

describe('makeDynamoDbClient', () => {
  it('should make one attempt, or as many as it is told', async () => {
    expect(await makeDynamoDbClient(config).config.maxAttempts()).to.equal(1);
    expect(await makeDynamoDbClient({ ...config, maxAttempts: 4 }).config.maxAttempts()).to.equal(4);
  });

  it('should use a handler that it is given', () => {
    const requestHandler = new NodeHttpHandler();
    expect(makeDynamoDbClient({ ...config, requestHandler }).config.requestHandler).to.equal(requestHandler);
  });

  it('should keep a connection for the next request, by HTTP/1.1, and close it when it is destroyed', async () => {
    const [sockets, versions] = [new Set<Socket>(), new Set<string>()];
    const server = createServer((request, response) => {
      sockets.add(request.socket);
      versions.add(request.httpVersion);
      response.setHeader('content-type', 'application/x-amz-json-1.0').end('{}');
    });
    server.keepAliveTimeout = 0;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = makeDynamoDbClient({ ...config, endpoint, requestHandler: { requestTimeout: 2_000 } });
    for (let n = 0; n < 3; n += 1) await client.send(new ListTablesCommand({}));
    expect(sockets.size).to.equal(1);
    expect([...versions]).to.deep.equal(['1.1']);
    const [socket] = sockets;
    const closed = once(socket!, 'close');
    client.destroy();
    await closed;
    server.close();
  }).timeout(2_000);
});
