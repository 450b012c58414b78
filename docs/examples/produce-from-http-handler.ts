/** Takes visits by HTTP: 202 once a visit is in the stream, 503 if it could not be put there. Stops on SIGTERM, and loses none that it took. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json, KinesisProducer } from 'rxjs-kinesis';
import { LocalKinesis } from 'rxjs-kinesis/testing';

interface Visit {
  readonly visitor: string;
  readonly path: string;
}

await using local = await LocalKinesis.start({ streams: { visits: { shards: 2 } } });

const producer = new KinesisProducer<Visit>('visits', {
  client: local.clientConfig, // on AWS leave it out
  codec: json(),
  partitionKey: ({ visitor }) => visitor,
  lingerMs: 10,
  ttlMs: 5_000, // a caller waits no longer than this, and the answer to the last request
});

/** A connection that is kept alive would keep the server, too. */
function hangUpIfStopping(response: ServerResponse): void {
  if (!server.listening) response.setHeader('connection', 'close');
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  try {
    const { attempts } = await producer.put({ visitor: searchParams.get('visitor') ?? 'nobody', path: pathname });
    hangUpIfStopping(response);
    response.writeHead(202).end(`in the stream after ${attempts} attempt(s)\n`);
  } catch (error) {
    console.error(String(error));
    hangUpIfStopping(response);
    response.writeHead(503, { 'retry-after': '1' }).end();
  }
}

const server = createServer((request, response) => void handle(request, response));
server.listen(0, '127.0.0.1');
await once(server, 'listening');

const stopped = new Promise<void>((resolve, reject) => {
  process.once('SIGTERM', () => {
    // Takes no more requests; when all of them are answered, closes the producer.
    server.close(() => void producer.close().then(resolve, reject));
    // What is not in a request yet need not wait for company.
    void producer.flush();
  });
});

// The rest plays the callers, and then the one who stops the service.
const { port } = server.address() as AddressInfo;
const visit = async (visitor: string, path: string) =>
  (await fetch(`http://127.0.0.1:${port}${path}?visitor=${visitor}`)).status;

// Some records are refused, and sent again: the callers see nothing of it.
local.fake.failEntries({ stream: 'visits', every: 4, times: 5 });
const statuses = await Promise.all(Array.from({ length: 20 }, (_, n) => visit(`v${n % 5}`, `/page/${n}`)));
assert.deepEqual(new Set(statuses), new Set([202]));
assert.equal(local.fake.records('visits').length, 20);

// What no repetition cures is told at once.
const denial = local.fake.fail({ operation: 'PutRecords', error: 'AccessDeniedException' });
assert.equal(await visit('v1', '/denied'), 503);
denial.cancel();

// One that is under way when the process is told to stop is written, and answered.
const last = visit('v1', '/last');
await once(server, 'request');
process.kill(process.pid, 'SIGTERM');
assert.equal(await last, 202);
await stopped;
assert.equal(local.fake.records('visits').length, 21);
await assert.rejects(producer.put({ visitor: 'v1', path: '/late' }), { name: 'KinesisStreamError' });
