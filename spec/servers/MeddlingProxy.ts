import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands before a server, and lets something happen before each answer arrives: what was asked for is old by then. */
export class MeddlingProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;

  private constructor(server: Server, sockets: Set<Socket>) {
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
    this.#sockets = sockets;
  }

  static async before(port: number, meddle: () => Promise<unknown>): Promise<MeddlingProxy> {
    const sockets = new Set<Socket>();
    const server = createServer((client) => {
      const upstream = connect(port, '127.0.0.1');
      for (const socket of [client, upstream]) {
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          sockets.delete(socket);
          client.destroy();
          upstream.destroy();
        });
      }
      client.pipe(upstream);
      let answered: Promise<unknown> = Promise.resolve();
      upstream.on('data', (chunk) => {
        answered = answered.then(meddle).then(() => client.write(chunk));
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new MeddlingProxy(server, sockets);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
