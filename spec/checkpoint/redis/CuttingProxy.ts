import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** TCP before a server, which can lose replies: the server has executed what was asked, and the client's connection breaks. */
export class CuttingProxy {
  /** What the clients have sent, in order of arrival. */
  readonly asked: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #cuts = 0;
  #isSilent = false;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async before(port: number): Promise<CuttingProxy> {
    const server = createServer((client) => {
      proxy.#pass(client, connect(port, '127.0.0.1'));
    });
    const proxy = new CuttingProxy(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** How many replies are still to be lost. */
  get cutsLeft(): number {
    return this.#cuts;
  }

  /** Loses the replies of the next calls of scripts. */
  loseReplies(count: number): void {
    this.#cuts = count;
  }

  /** Lets nothing through any more, while connections stay open. */
  beSilent(): void {
    this.#isSilent = true;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server.close(), 'close');
  }

  #pass(client: Socket, server: Socket): void {
    let isScript = false;
    const end = () => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', end).once('close', () => {
        this.#sockets.delete(socket);
        end();
      });
    }
    client.on('data', (data) => {
      const text = data.toString();
      this.asked.push(text);
      isScript = /eval/i.test(text);
      if (!this.#isSilent) server.write(data);
    });
    server.on('data', (data) => {
      // NOSCRIPT is no execution.
      if (this.#cuts > 0 && isScript && !data.toString().startsWith('-')) {
        this.#cuts -= 1;
        end();
      } else {
        client.write(data);
      }
    });
  }
}
