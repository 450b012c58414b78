import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers each operation with the same bytes, whatever is asked; resolves with the endpoint. */
export async function serveCanned(answers: Readonly<Record<string, Buffer>>): Promise<string> {
  const bodies = new Map(Object.entries(answers).map(([name, body]) => [`Kinesis_20131202.${name}`, body]));
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const body = bodies.get(String(request.headers['x-amz-target'])) ?? Buffer.from('{}');
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1', 'content-length': body.length });
      response.end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
