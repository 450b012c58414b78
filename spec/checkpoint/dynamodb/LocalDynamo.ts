import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import {
  type AttributeValue,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type ScalarAttributeType,
  type TableDescription,
  UpdateItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';

const require = createRequire(import.meta.url);
const dynalite = require('dynalite') as (options: object) => Server;

/** Attributes of an item, in DynamoDB's own form. */
export type Item = Record<string, AttributeValue>;

/** A DynamoDB in this process, behind HTTP, and a client of it for what a KCL or an operator would do. */
export class LocalDynamo {
  readonly #server: Server;
  readonly clientConfig: {
    endpoint: string;
    region: string;
    credentials: Record<'accessKeyId' | 'secretAccessKey', string>;
  };
  readonly client: DynamoDBClient;

  private constructor(server: Server) {
    this.#server = server;
    this.clientConfig = {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    };
    this.client = new DynamoDBClient(this.clientConfig);
  }

  static async start(options: { readonly createTableMs?: number } = {}): Promise<LocalDynamo> {
    const server = dynalite({ createTableMs: 0, ...options });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new LocalDynamo(server);
  }

  async stop(): Promise<void> {
    this.client.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** A table as somebody else creates it: its keys, hash key first, and their types. Default: as a KCL does. */
  async createTable(table: string, keys: Record<string, ScalarAttributeType> = { leaseKey: 'S' }): Promise<void> {
    await this.client.send(
      new CreateTableCommand({
        TableName: table,
        AttributeDefinitions: Object.entries(keys).map(([AttributeName, AttributeType]) => ({
          AttributeName,
          AttributeType,
        })),
        KeySchema: Object.keys(keys).map((AttributeName, index) => ({
          AttributeName,
          KeyType: index ? 'RANGE' : 'HASH',
        })),
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    await waitUntilTableExists({ client: this.client, maxWaitTime: 30, minDelay: 1 }, { TableName: table });
  }

  async describe(table: string): Promise<TableDescription> {
    return (await this.client.send(new DescribeTableCommand({ TableName: table }))).Table ?? {};
  }

  async get(table: string, leaseKey: string): Promise<Item | undefined> {
    const key = { TableName: table, Key: { leaseKey: { S: leaseKey } }, ConsistentRead: true };
    return (await this.client.send(new GetItemCommand(key))).Item;
  }

  async put(table: string, item: Item): Promise<void> {
    await this.client.send(new PutItemCommand({ TableName: table, Item: item }));
  }

  /** Updates a row as a KCL does: `SET` and `REMOVE` of attributes, if the counter is still this. */
  async update(
    table: string,
    leaseKey: string,
    counter: number,
    set: Item,
    remove: readonly string[] = [],
  ): Promise<void> {
    const all = Object.entries({ ...set, leaseCounter: { N: String(counter + 1) } });
    const removed = remove.map((name) => `#${name}`).join(', ');
    await this.client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { leaseKey: { S: leaseKey } },
        ConditionExpression: '#leaseCounter = :was',
        UpdateExpression: `SET ${all.map(([name]) => `#${name} = :${name}`).join(', ')}${removed && ` REMOVE ${removed}`}`,
        ExpressionAttributeNames: Object.fromEntries(
          ['leaseCounter', ...remove, ...all.map(([name]) => name)].map((name) => [`#${name}`, name]),
        ),
        ExpressionAttributeValues: {
          ':was': { N: String(counter) },
          ...Object.fromEntries(all.map(([name, value]) => [`:${name}`, value])),
        },
      }),
    );
  }
}
