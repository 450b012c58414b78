import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What becomes of a request: its answer is lost, it never arrives, nobody answers it, or DynamoDB refuses it. */
export type Trouble =
  | 'lose the answer'
  | 'lose the request'
  | 'stay silent'
  | { readonly status: number; readonly type: string; readonly message?: string };

/** HTTP before a server, where requests of an operation meet with trouble; each so often, then no more. */
export class TroubledProxy {
  readonly operations: string[] = [];
  /** The connections that are open. */
  readonly connections = new Set<Socket>();
  readonly #server: Server;
  readonly #troubles: { readonly operation: string; readonly trouble: Trouble; times: number }[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  static async before(endpoint: string): Promise<TroubledProxy> {
    const server = createServer((incoming, outgoing) => void proxy.#pass(incoming, outgoing, endpoint));
    const proxy = new TroubledProxy(server);
    server.keepAliveTimeout = 0;
    server.on('connection', (socket) => {
      proxy.connections.add(socket);
      socket.once('close', () => proxy.connections.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  trouble(operation: string, trouble: Trouble, times = 1): void {
    this.#troubles.push({ operation, trouble, times });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse, endpoint: string): Promise<void> {
    const operation = String(incoming.headers['x-amz-target']).split('.')[1] ?? '';
    this.operations.push(operation);
    const met = this.#troubles.find((each) => each.operation === operation && each.times > 0);
    if (met) met.times -= 1;
    const body = await buffer(incoming);
    const trouble = met?.trouble;
    if (trouble === 'stay silent') return;
    if (trouble === 'lose the request') return void incoming.socket.destroy();
    if (typeof trouble === 'object') {
      const { status, type, message = 'No.' } = trouble;
      outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
      outgoing.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message }));
      return;
    }
    const forwarded = request(endpoint, { method: 'POST', headers: incoming.headers }, (answer) => {
      void buffer(answer).then((answered) => {
        if (trouble === 'lose the answer') return incoming.socket.destroy();
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        return outgoing.end(answered);
      });
    });
    forwarded.end(body);
  }
}
