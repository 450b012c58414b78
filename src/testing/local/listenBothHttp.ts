import { createServer as createHttp1, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { KinesisStreamError } from '../../errors/KinesisStreamError.ts';

/** A request and its response, in either version of HTTP. */
export type HttpHandler = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void;

export interface HttpListener {
  readonly port: number;
  /** Stops listening and drops every connection, idle or not. */
  close(): Promise<void>;
}

/** What an HTTP/2 client with prior knowledge begins with (RFC 9113, 3.4), as far as it takes to tell it from POST. */
const HTTP2_PREFACE = 'PRI';

/** Serves HTTP/1.1 and HTTP/2 without TLS on one port: a connection's first bytes say which it is. */
export async function listenBothHttp(port: number, host: string, handler: HttpHandler): Promise<HttpListener> {
  const http1 = createHttp1(handler);
  // A client may keep a connection for as long as it likes: one that we close may just be in use again.
  http1.keepAliveTimeout = 0;
  http1.requestTimeout = 0;
  const http2 = createHttp2(handler);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    sniff(socket, (isHttp2) => (isHttp2 ? http2 : http1).emit('connection', socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(cannotListen(error, host, port));
    });
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function sniff(socket: Socket, decide: (isHttp2: boolean) => void): void {
  let head = Buffer.alloc(0);
  const look = () => {
    const chunk = socket.read() as Buffer | null;
    if (!chunk) return;
    head = Buffer.concat([head, chunk]);
    const seen = head.toString('latin1', 0, HTTP2_PREFACE.length);
    if (seen.length < HTTP2_PREFACE.length && HTTP2_PREFACE.startsWith(seen)) return;
    socket.off('readable', look);
    socket.unshift(head);
    decide(seen === HTTP2_PREFACE);
  };
  socket.on('readable', look);
}

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): KinesisStreamError {
  const why =
    error.code === 'EADDRINUSE'
      ? 'the port is in use; give another, or 0 for any that is free'
      : `${error.message}; check host and port`;
  return new KinesisStreamError(`LocalKinesis cannot listen on ${host}:${port}: ${why}.`, { cause: error });
}
