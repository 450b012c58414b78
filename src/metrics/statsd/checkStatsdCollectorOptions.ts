import { checkScheduler } from '../../internal/checkFunction.ts';
import { checkNames } from '../../internal/checkNames.ts';
import { checkNumber, describe } from '../../internal/checkNumber.ts';
import { monotonicScheduler } from '../../internal/monotonicScheduler.ts';
import { checkLabels } from '../checkLabels.ts';
import type { StatsdClientLike } from './StatsdClientLike.ts';
import type { StatsdCollectorOptions } from './StatsdCollectorOptions.ts';

type Defaulted = 'prefix' | 'flavour' | 'flushIntervalMs' | 'distribution' | 'maxSamples' | 'labels' | 'scheduler';

/** The options with their defaults in. */
export type StatsdSettings = Omit<StatsdCollectorOptions, Defaulted> &
  Required<Pick<StatsdCollectorOptions, Defaulted>>;

const NAMES: Readonly<Record<keyof StatsdCollectorOptions, true>> = {
  client: true,
  host: true,
  port: true,
  protocol: true,
  path: true,
  prefix: true,
  flavour: true,
  flushIntervalMs: true,
  distribution: true,
  maxSamples: true,
  labels: true,
  scheduler: true,
};
const OF_OUR_CLIENT = ['host', 'port', 'protocol', 'path'] as const;

/** @throws TypeError or RangeError naming the option, what it may be and what was given */
export function checkStatsdCollectorOptions(options: StatsdCollectorOptions): StatsdSettings {
  checkNames(options, NAMES, 'statsdCollector');
  checkTransport(options);
  const flavour = checkOneOf('flavour', options.flavour ?? 'datadog', ['datadog', 'statsd']);
  const distribution = checkBoolean('distribution', options.distribution ?? false);
  if (distribution && flavour === 'statsd') {
    throw new TypeError("distribution is Datadog's: leave it out, or set flavour to 'datadog'");
  }
  checkClient(options.client, distribution ? 'distribution' : flavour === 'statsd' ? 'timing' : 'histogram');
  return {
    ...options,
    flavour,
    distribution,
    prefix: checkText('prefix', options.prefix ?? '', /^[\w.-]*$/, 'of letters, digits, _, - and .'),
    flushIntervalMs: checkNumber('flushIntervalMs', options.flushIntervalMs ?? 1_000, { min: 100, max: 600_000 }),
    maxSamples: checkNumber('maxSamples', options.maxSamples ?? 100, { min: 1, max: 10_000 }),
    labels: checkLabels(options.labels),
    scheduler: checkScheduler(options.scheduler) ?? monotonicScheduler,
  };
}

function checkTransport({ client, host, port, protocol, path }: StatsdCollectorOptions): void {
  const given = { host, port, protocol, path };
  const refused = OF_OUR_CLIENT.find((name) => given[name] !== undefined);
  if (client !== undefined && refused)
    throw new TypeError(`${refused} is the client's own: leave out one of client and ${refused}`);
  if (host !== undefined) checkText('host', host, /./, 'that is not empty');
  if (port !== undefined) checkNumber('port', port, { min: 1, max: 65_535 });
  if (path !== undefined) checkText('path', path, /./, 'that is not empty');
  if (protocol !== undefined) checkOneOf('protocol', protocol, ['udp', 'uds']);
  if (protocol === 'udp' && path !== undefined)
    throw new TypeError("path is of protocol 'uds'; got it with protocol 'udp'");
  const isSocket = protocol === 'uds' || path !== undefined;
  const ofUdp = host === undefined ? 'port' : 'host';
  if (isSocket && given[ofUdp] !== undefined) {
    throw new TypeError(`${ofUdp} is of protocol 'udp'; got it with ${path === undefined ? "protocol 'uds'" : 'path'}`);
  }
}

function checkClient(client: StatsdClientLike | undefined, ofHistograms: keyof StatsdClientLike): void {
  if (client === undefined) return;
  const methods = Object(client) as Partial<Record<string, unknown>>;
  const missing = ['increment', 'gauge', ofHistograms].find((name) => typeof methods[name] !== 'function');
  if (missing === undefined) return;
  throw new TypeError(`client must be a StatsD of hot-shots, or have its method ${missing}; got ${describe(client)}`);
}

function checkOneOf<T extends string>(option: string, value: T, allowed: readonly T[]): T {
  if (allowed.includes(value)) return value;
  throw new TypeError(`${option} must be ${allowed.map((each) => `'${each}'`).join(' or ')}; got ${describe(value)}`);
}

function checkBoolean(option: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new TypeError(`${option} must be true or false; got ${describe(value)}`);
}

function checkText(option: string, value: unknown, pattern: RegExp, what: string): string {
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw new TypeError(`${option} must be a string ${what}; got ${describe(value)}`);
}
