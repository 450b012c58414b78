import type { SocketOptions } from 'node:dgram';
import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import { type ClientOptions, StatsD } from 'hot-shots';
import type { AgentHealth } from './AgentHealth.ts';
import { CachedLookup } from './CachedLookup.ts';
import type { StatsdSettings } from './checkStatsdCollectorOptions.ts';
import { DatagramSender, type HotShotsTransport } from './DatagramSender.ts';
import type { StatsdSender } from './StatsdLine.ts';

/** What a datagram carries over any network without being cut in pieces, and what Datadog advises for a unix socket. */
const DATAGRAM_BYTES = { udp: 1_432, uds: 8_192 } as const;
const DEFAULT_PATH = '/var/run/datadog/dsd.socket';

/** Where the settings say that the agent is, for people. */
export function agentOf({ client, host, port, protocol, path }: StatsdSettings): string {
  if (client !== undefined) return 'the StatsD agent of the client given';
  if (path !== undefined || protocol === 'uds') return `the StatsD agent at ${path ?? DEFAULT_PATH}`;
  return `the StatsD agent at ${hostOf(host)}:${port ?? process.env.DD_DOGSTATSD_PORT ?? 8125}`;
}

/** @throws Error when a unix socket is asked for and `unix-dgram` is not installed */
export function makeDatagramSender(settings: StatsdSettings, health: AgentHealth): StatsdSender {
  const transport = (options: ClientOptions, maxBytes: number) =>
    // The types of hot-shots leave out what it is used by here.
    new DatagramSender(new StatsD({ ...common, ...options }) as unknown as HotShotsTransport, health, maxBytes);
  const { flavour, host, port, path, protocol } = settings;
  const isDatadog = flavour === 'datadog';
  const common = {
    errorHandler: (error: Error) => health.failed(error),
    // Datagrams come here as they are to go.
    maxBufferSize: 0,
    includeDatadogTelemetry: false,
    ...(isDatadog ? {} : { datadog: false, includeDataDogTags: false }),
  };
  if (protocol === 'uds' || path !== undefined) {
    checkUnixSockets();
    return transport({ protocol: 'uds', path: path ?? DEFAULT_PATH }, DATAGRAM_BYTES.uds);
  }
  const address = hostOf(host);
  const cache = new CachedLookup(settings.scheduler);
  const lookup: NonNullable<SocketOptions['lookup']> = (name, _options, found) => cache.find(name, found);
  const udpSocketOptions: SocketOptions = { type: isIP(address) === 6 ? 'udp6' : 'udp4', lookup };
  const where = { host: address, ...(port === undefined ? {} : { port }) };
  return transport({ ...where, protocol: 'udp', udpSocketOptions }, DATAGRAM_BYTES.udp);
}

const hostOf = (host = process.env.DD_AGENT_HOST): string => (host === undefined || host === '' ? '127.0.0.1' : host);

function checkUnixSockets(): void {
  try {
    createRequire(import.meta.resolve('hot-shots'))('unix-dgram');
  } catch (cause) {
    throw new Error(
      "protocol 'uds' needs the native package unix-dgram, which hot-shots depends on optionally and which is not installed: " +
        "install it, or use protocol 'udp'",
      { cause },
    );
  }
}
