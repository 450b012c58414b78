import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListShardsCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { expect } from 'chai';
import { makeKinesisClient } from '../../src/aws/makeKinesisClient.ts';

describe('makeKinesisClient', () => {
  it('should use one connection for calls that follow each other', async () => {
    await withServer(async (endpoint, seen) => {
      const client = makeKinesisClient({ ...fake, endpoint });
      for (let i = 0; i < 5; i++) await client.send(new ListShardsCommand({ StreamName: 'orders' }));
      client.destroy();
      expect(seen).to.deep.equal({ connections: 1, requests: 5 });
    });
  });

  it('should make one attempt', async () => {
    await withServer(async (endpoint, seen) => {
      const client = makeKinesisClient({ ...fake, endpoint });
      await client.send(new ListShardsCommand({ StreamName: 'orders' })).catch(() => undefined);
      client.destroy();
      expect(seen.requests).to.equal(1);
    }, 500);
  });

  it('should let the configuration go before what it would choose', async () => {
    const requestHandler = new NodeHttpHandler();
    const client = makeKinesisClient({ ...fake, maxAttempts: 4, requestHandler });
    expect(client.config.requestHandler).to.equal(requestHandler);
    expect(await client.config.maxAttempts()).to.equal(4);
    client.destroy();
  });

  it('should take the options of a handler', async () => {
    await withServer(async (endpoint) => {
      const client = makeKinesisClient({ ...fake, endpoint, requestHandler: { connectionTimeout: 1_234 } });
      await client.send(new ListShardsCommand({ StreamName: 'orders' }));
      const { connectionTimeout, httpAgent } = (client.config.requestHandler as NodeHttpHandler).httpHandlerConfigs();
      expect(connectionTimeout).to.equal(1_234);
      expect(httpAgent).to.include({ keepAlive: true, maxSockets: 256 });
      client.destroy();
    });
  });
});

const fake = { region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 's' } };

async function withServer(
  run: (endpoint: string, seen: { connections: number; requests: number }) => Promise<void>,
  status = 200,
): Promise<void> {
  const seen = { connections: 0, requests: 0 };
  const server = createServer((request, response) => {
    seen.requests++;
    request.resume().on('end', () => response.writeHead(status).end('{}'));
  }).on('connection', () => seen.connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
