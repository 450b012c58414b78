import { checkNames } from '../internal/checkNames.ts';
import { checkNumber, describe } from '../internal/checkNumber.ts';
import { FakeKinesis } from './FakeKinesis.ts';
import { FAKE_OPTION_NAMES, type FakeKinesisOptions } from './FakeKinesisOptions.ts';
import { answerRequest } from './local/answerRequest.ts';
import { BodyBuffers } from './local/BodyBuffers.ts';
import { type HttpListener, listenBothHttp } from './local/listenBothHttp.ts';

/** Where a `LocalKinesis` listens, and the options of the `FakeKinesis` behind it. */
export interface LocalKinesisOptions extends FakeKinesisOptions {
  /** The port to listen on. From 0 to 65,535; default 0, any that is free. */
  readonly port?: number;
  /** The address to listen on. Default `'127.0.0.1'`: nobody else can reach it. */
  readonly host?: string;
}

/** What a client of the SDK needs to talk to a {@link LocalKinesis}. */
export interface LocalClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

const MAX_PORT = 65_535;
const DEFAULT_HOST = '127.0.0.1';

/**
 * A {@link FakeKinesis} behind HTTP: any SDK in any language talks to it as to the service.
 *
 * It speaks HTTP/1.1 and HTTP/2 without TLS on one port, and the JSON 1.1 protocol; CBOR, which the Java SDK prefers, must be
 * switched off there. Any credentials are accepted, none are not. `GET /health` answers 200 while it runs.
 *
 * @example
 * ```ts
 * await using local = await LocalKinesis.start({ streams: { orders: { shards: 4 } } });
 * const client = new KinesisClient(local.clientConfig);
 * local.fake.throttle({ stream: 'orders', forMs: 2_000 });
 * ```
 */
export class LocalKinesis implements AsyncDisposable {
  /** Such as `http://127.0.0.1:4567`. */
  readonly endpoint: string;
  /** For `new KinesisClient(…)`. */
  readonly clientConfig: LocalClientConfig;
  /** What answers: to look inside, and to make things go wrong. */
  readonly fake: FakeKinesis;
  readonly #listener: HttpListener;

  private constructor(fake: FakeKinesis, host: string, listener: HttpListener) {
    this.fake = fake;
    this.#listener = listener;
    this.endpoint = `http://${host.includes(':') ? `[${host}]` : host}:${listener.port}`;
    this.clientConfig = {
      endpoint: this.endpoint,
      region: fake.region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    };
  }

  /**
   * Starts to listen; resolves once it does.
   *
   * Rejects with `KinesisStreamError` when it cannot, as when the port is in use, and with TypeError or RangeError naming a wrong option.
   */
  static async start(settings: LocalKinesisOptions = {}): Promise<LocalKinesis> {
    checkNames(settings, { ...FAKE_OPTION_NAMES, port: true, host: true }, 'LocalKinesis.start');
    const { port = 0, host = DEFAULT_HOST, ...options } = settings;
    checkNumber('port', port, { min: 0, max: MAX_PORT });
    if (typeof host !== 'string' || host === '') throw new TypeError(`host must be an address; got ${describe(host)}`);
    const fake = new FakeKinesis(options);
    const buffers = new BodyBuffers();
    const listener = await listenBothHttp(port, host, (request, response) => {
      answerRequest(fake, buffers, request, response);
    });
    return new LocalKinesis(fake, host, listener);
  }

  /** Stops listening and drops every connection, kept alive or waiting for an answer; may be called again. */
  async stop(): Promise<void> {
    await this.#listener.close();
  }

  /** The same as {@link LocalKinesis.stop}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
