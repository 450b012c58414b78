import type { SchedulerLike } from 'rxjs';
import { checkFunction, checkScheduler } from '../../internal/checkFunction.ts';
import { checkNames } from '../../internal/checkNames.ts';
import { checkNumber, describe } from '../../internal/checkNumber.ts';
import { monotonicScheduler } from '../../internal/monotonicScheduler.ts';
import { checkCollector } from '../../metrics/checkCollector.ts';
import type { MetricsCollector } from '../../metrics/MetricsCollector.ts';
import type {
  DynamoDbCheckpointsOptions,
  DynamoDbClientLike,
  LeaseTableStreams,
  ProvisionedCapacity,
} from './DynamoDbCheckpointsOptions.ts';
import { makeDynamoDbClient } from './makeDynamoDbClient.ts';

/** The options of a store, checked, with their defaults in. */
export interface DynamoDbSettings {
  readonly application: string;
  readonly tableName: string;
  /** The client that was given; undefined: {@link makeClient} makes one. */
  readonly client: DynamoDbClientLike | undefined;
  readonly makeClient: () => ReturnType<typeof makeDynamoDbClient>;
  readonly streams: LeaseTableStreams;
  readonly createTable: boolean;
  readonly capacity: ProvisionedCapacity | undefined;
  readonly initialTimestamp: Date | undefined;
  readonly requestTimeoutMs: number;
  readonly metrics: MetricsCollector | undefined;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
}

const NAMES: Readonly<Record<keyof DynamoDbCheckpointsOptions, true>> = {
  application: true,
  tableName: true,
  client: true,
  streams: true,
  createTable: true,
  billingMode: true,
  initialTimestamp: true,
  requestTimeoutMs: true,
  metrics: true,
  scheduler: true,
  random: true,
};
const TABLE_NAME = /^[a-zA-Z0-9_.-]{3,255}$/;
const CAPACITY_RANGE = { min: 1, max: 1_000_000 };

/** @throws TypeError or RangeError for a wrong option, naming it, its range and what was given */
export function checkDynamoDbCheckpointsOptions(options: DynamoDbCheckpointsOptions): DynamoDbSettings {
  checkNames(options, NAMES, 'dynamoDbCheckpoints');
  const { application, client, metrics, initialTimestamp } = options;
  if (typeof (application as unknown) !== 'string' || application === '') {
    throw new TypeError(`application must be a name, and not empty; got ${describe(application)}`);
  }
  if (client !== undefined) checkClient(client);
  if (initialTimestamp !== undefined) checkDate(initialTimestamp);
  const given = isClient(client) ? client : undefined;
  return {
    application,
    tableName: checkTableName(options.tableName === undefined ? 'application' : 'tableName', options),
    client: given,
    makeClient: () => makeDynamoDbClient(isClient(client) ? undefined : client),
    streams: checkStreams(options.streams ?? 'one'),
    createTable: checkBoolean('createTable', options.createTable ?? true),
    capacity: checkBillingMode(options.billingMode ?? 'PAY_PER_REQUEST'),
    initialTimestamp,
    requestTimeoutMs: checkNumber('requestTimeoutMs', options.requestTimeoutMs ?? 3_000, { min: 100, max: 300_000 }),
    metrics: metrics === undefined ? undefined : checkCollector('metrics', metrics),
    scheduler: checkScheduler(options.scheduler) ?? monotonicScheduler,
    random: checkFunction('random', options.random) ?? Math.random,
  };
}

function checkTableName(option: 'application' | 'tableName', options: DynamoDbCheckpointsOptions): string {
  const name: unknown = options[option];
  const wanted = `must be 3 to 255 letters, digits, "_", "." and "-"; got ${describe(name)}`;
  if (typeof name === 'string' && TABLE_NAME.test(name)) return name;
  const ErrorType = typeof name === 'string' ? RangeError : TypeError;
  throw new ErrorType(
    option === 'tableName'
      ? `tableName ${wanted}`
      : `application names the table, so it ${wanted}. Give the table another name with tableName.`,
  );
}

function isClient(client: DynamoDbCheckpointsOptions['client']): client is DynamoDbClientLike {
  return client !== undefined && 'send' in client && typeof client.send === 'function';
}

function checkClient(client: unknown): void {
  if (typeof client !== 'object' || client === null || Array.isArray(client)) {
    throw new TypeError(`client must be a DynamoDBClient or the configuration of one; got ${describe(client)}`);
  }
  const { config } = client as { readonly config?: { readonly serviceId?: unknown } };
  const serviceId = 'send' in client && typeof config === 'object' ? config.serviceId : undefined;
  if (typeof serviceId === 'string' && serviceId !== 'DynamoDB') {
    throw new TypeError(`client must be a DynamoDBClient or the configuration of one; got a client of ${serviceId}`);
  }
}

function checkStreams(streams: unknown): LeaseTableStreams {
  if (streams === 'one' || streams === 'many') return streams;
  if (typeof streams !== 'object' || streams === null || Array.isArray(streams)) {
    throw new TypeError(
      `streams must be 'one', 'many', or an object from the names of streams to the KCL's identifiers of them; got ${describe(streams)}`,
    );
  }
  for (const [name, identifier] of Object.entries(streams)) {
    const [account = '', stream, epoch = '', ...rest] = String(identifier).split(':');
    if (!/^\d+$/.test(account) || stream !== name || !/^\d+$/.test(epoch) || rest.length > 0) {
      throw new RangeError(
        `streams[${JSON.stringify(name)}] must be the KCL's identifier of that stream, ` +
          `such as 123456789012:${name}:1700000000: its account, its name, and when it was created, in seconds; got ${describe(identifier)}`,
      );
    }
  }
  return { ...(streams as Readonly<Record<string, string>>) };
}

function checkBoolean(option: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new TypeError(`${option} must be true or false; got ${describe(value)}`);
}

function checkBillingMode(mode: unknown): ProvisionedCapacity | undefined {
  if (mode === 'PAY_PER_REQUEST') return undefined;
  if (typeof mode !== 'object' || mode === null || Array.isArray(mode)) {
    throw new TypeError(
      `billingMode must be 'PAY_PER_REQUEST', or an object of readCapacityUnits and writeCapacityUnits; got ${describe(mode)}`,
    );
  }
  const capacity = mode as ProvisionedCapacity;
  checkNames(capacity, { readCapacityUnits: true, writeCapacityUnits: true }, 'billingMode');
  const { readCapacityUnits, writeCapacityUnits } = capacity;
  return {
    readCapacityUnits: checkNumber('billingMode.readCapacityUnits', readCapacityUnits, CAPACITY_RANGE),
    writeCapacityUnits: checkNumber('billingMode.writeCapacityUnits', writeCapacityUnits, CAPACITY_RANGE),
  };
}

function checkDate(value: unknown): void {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return;
  throw new TypeError(`initialTimestamp must be a valid Date; got ${describe(value)}`);
}
