import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DescribeTableCommandOutput,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { concat, concatMap, defer, EMPTY, ignoreElements, type Observable, of, throwError, timer } from 'rxjs';
import { CheckpointStoreError } from '../../errors/CheckpointStoreError.ts';
import type { DynamoDbSettings } from './checkDynamoDbCheckpointsOptions.ts';
import { LeaseTableError } from './LeaseTableError.ts';
import type { CallSite, TableCalls } from './TableCalls.ts';

/** The first wait between two looks at a table that is being created, and the longest; each is twice the one before. */
const FIRST_POLL_MS = 20;
const LAST_POLL_MS = 1_000;

/** Completes when the table is there and can be used: creates it if need be, and waits for it, however long that takes. */
export function readyTable(calls: TableCalls, settings: DynamoDbSettings, site: CallSite): Observable<never> {
  const { tableName, scheduler } = settings;
  const describe = calls.call<DescribeTableCommandOutput, undefined>(
    { operation: 'DescribeTable', make: () => new DescribeTableCommand({ TableName: tableName }) },
    site,
    { awsName: 'ResourceNotFoundException', otherwise: () => of(undefined) },
  );
  // Who creates it at the same time is no less welcome: both wait for it.
  const create = calls.call<unknown>(
    { operation: 'CreateTable', make: () => new CreateTableCommand(definition(settings)) },
    site,
    { awsName: 'ResourceInUseException', otherwise: () => EMPTY },
  );
  const look = (pollMs: number): Observable<never> => {
    const again = concat(
      timer(pollMs, scheduler).pipe(ignoreElements()),
      defer(() => look(Math.min(pollMs * 2, LAST_POLL_MS))),
    );
    return describe.pipe(
      concatMap((answer) => {
        if (answer) return isUsable(answer.Table ?? {}, settings, site) ? EMPTY : again;
        return settings.createTable
          ? concat(create.pipe(ignoreElements()), again)
          : throwError(() => missing(settings, site));
      }),
    );
  };
  return look(FIRST_POLL_MS);
}

function isUsable(table: TableDescription, { tableName }: DynamoDbSettings, { streamName }: CallSite): boolean {
  const { KeySchema = [], AttributeDefinitions = [], TableStatus } = table;
  const type = AttributeDefinitions.find(({ AttributeName }) => AttributeName === 'leaseKey')?.AttributeType;
  if (KeySchema.length !== 1 || KeySchema[0]?.AttributeName !== 'leaseKey' || type !== 'S') {
    const keys = KeySchema.map(({ AttributeName, KeyType }) => `${AttributeName} (${KeyType})`).join(', ');
    throw new LeaseTableError(
      `Table ${tableName} is no table of leases: its key is ${keys || 'not told'}, and must be leaseKey (HASH), a string`,
      'Name another table with tableName; one that does not exist is created.',
      'table',
      { streamName },
    );
  }
  if (TableStatus === 'ACTIVE' || TableStatus === 'UPDATING') return true;
  if (TableStatus === 'CREATING' || TableStatus === 'DELETING') return false;
  throw new CheckpointStoreError(
    `Table ${tableName} cannot be used: its status is ${TableStatus}. Bring it back into use.`,
    {
      streamName,
    },
  );
}

function missing(settings: DynamoDbSettings, { streamName }: CallSite): LeaseTableError {
  const { tableName, capacity } = settings;
  const billing = capacity
    ? `PROVISIONED --provisioned-throughput ReadCapacityUnits=${capacity.readCapacityUnits},WriteCapacityUnits=${capacity.writeCapacityUnits}`
    : 'PAY_PER_REQUEST';
  return new LeaseTableError(
    `There is no table ${tableName}`,
    'createTable is false, so create it in this region and account: ' +
      `aws dynamodb create-table --table-name ${tableName} --attribute-definitions AttributeName=leaseKey,AttributeType=S ` +
      `--key-schema AttributeName=leaseKey,KeyType=HASH --billing-mode ${billing}`,
    'table',
    { streamName },
  );
}

function definition({ tableName, capacity }: DynamoDbSettings): CreateTableCommandInput {
  return {
    TableName: tableName,
    AttributeDefinitions: [{ AttributeName: 'leaseKey', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'leaseKey', KeyType: 'HASH' }],
    ...(capacity
      ? {
          BillingMode: 'PROVISIONED',
          ProvisionedThroughput: {
            ReadCapacityUnits: capacity.readCapacityUnits,
            WriteCapacityUnits: capacity.writeCapacityUnits,
          },
        }
      : { BillingMode: 'PAY_PER_REQUEST' }),
  };
}
