import {
  type AttributeValue,
  DeleteItemCommand,
  GetItemCommand,
  type GetItemCommandOutput,
  PutItemCommand,
  ScanCommand,
  type ScanCommandOutput,
  UpdateItemCommand,
  type UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { concat, defer, EMPTY, expand, map, type Observable, of, reduce, ReplaySubject, share } from 'rxjs';
import type { DynamoDbSettings } from './checkDynamoDbCheckpointsOptions.ts';
import type { LeaseRow } from './LeaseRow.ts';
import { readyTable } from './readyTable.ts';
import type { CallSite, TableCalls } from './TableCalls.ts';

/** A conditional write: expressions in which `#name` is an attribute, and the values that they name. */
export interface RowUpdate {
  readonly condition: string;
  readonly update: string;
  readonly values: Readonly<Record<`:${string}`, AttributeValue>>;
}

const CONDITION_FAILED = 'ConditionalCheckFailedException';

/** The rows of a lease table, one conditional call at a time; each waits for the table first. */
export class LeaseRows {
  readonly #settings: DynamoDbSettings;
  readonly #calls: TableCalls;
  #ready: Observable<never> | undefined;

  constructor(settings: DynamoDbSettings, calls: TableCalls) {
    this.#settings = settings;
    this.#calls = calls;
  }

  /** All rows that are leases, of whatever stream. */
  scan(site: CallSite): Observable<readonly LeaseRow[]> {
    const page = (start?: Record<string, AttributeValue>) =>
      this.#calls.patiently(
        this.#calls.call<ScanCommandOutput>(
          {
            operation: 'Scan',
            make: () =>
              new ScanCommand({
                TableName: this.#table,
                ConsistentRead: true,
                ...(start && { ExclusiveStartKey: start }),
              }),
          },
          site,
        ),
      );
    return this.#whenReady(
      site,
      page().pipe(
        expand(({ LastEvaluatedKey: key }) => (key && Object.keys(key).length > 0 ? page(key) : EMPTY)),
        reduce<ScanCommandOutput, LeaseRow[]>((rows, { Items = [] }) => {
          for (const row of Items) if (isLease(row)) rows.push(row);
          return rows;
        }, []),
      ),
    );
  }

  /** The row as all writes before have left it. */
  get(key: LeaseRow, site: CallSite): Observable<LeaseRow | undefined> {
    const make = () => new GetItemCommand({ TableName: this.#table, Key: key, ConsistentRead: true });
    const read = this.#calls
      .call<GetItemCommandOutput>({ operation: 'GetItem', make }, site)
      .pipe(map(({ Item: row }) => (row && isLease(row) ? row : undefined)));
    return this.#whenReady(site, read);
  }

  /** Changes a row and emits it; emits undefined, and changes nothing, where the condition does not hold. */
  update(key: LeaseRow, { condition, update, values }: RowUpdate, site: CallSite): Observable<LeaseRow | undefined> {
    const make = () =>
      new UpdateItemCommand({
        TableName: this.#table,
        Key: key,
        // Without it an update would create what is not there.
        ConditionExpression: `attribute_exists(#leaseKey) AND ${condition}`,
        UpdateExpression: update,
        ExpressionAttributeNames: namesIn(`#leaseKey ${condition} ${update}`),
        ExpressionAttributeValues: values,
        ReturnValues: 'ALL_NEW',
      });
    const refused = { awsName: CONDITION_FAILED, otherwise: () => of(undefined) };
    const write = this.#calls
      .call<UpdateItemCommandOutput, undefined>({ operation: 'UpdateItem', make }, site, refused)
      .pipe(map((answer) => answer?.Attributes));
    return this.#whenReady(site, write);
  }

  /** Creates a row, unless there is one with its key; a few times when the table is too busy. */
  create(row: LeaseRow, site: CallSite): Observable<unknown> {
    const make = () =>
      new PutItemCommand({
        TableName: this.#table,
        Item: row,
        ConditionExpression: 'attribute_not_exists(#leaseKey)',
        ExpressionAttributeNames: namesIn('#leaseKey'),
      });
    const exists = { awsName: CONDITION_FAILED, otherwise: () => of(undefined) };
    const write = this.#calls.call<unknown, undefined>({ operation: 'PutItem', make }, site, exists);
    return this.#whenReady(site, this.#calls.patiently(write));
  }

  /** Removes a row whose counter is still this, and emits whether it did. */
  remove(key: LeaseRow, counter: number, site: CallSite): Observable<boolean> {
    const make = () =>
      new DeleteItemCommand({
        TableName: this.#table,
        Key: key,
        ConditionExpression: '#leaseCounter = :counter',
        ExpressionAttributeNames: namesIn('#leaseCounter'),
        ExpressionAttributeValues: { ':counter': { N: String(counter) } },
      });
    const refused = { awsName: CONDITION_FAILED, otherwise: () => of(undefined) };
    const removal = this.#calls
      .call<object, undefined>({ operation: 'DeleteItem', make }, site, refused)
      .pipe(map((answer) => answer !== undefined));
    return this.#whenReady(site, removal);
  }

  get #table(): string {
    return this.#settings.tableName;
  }

  /** Looks at the table before the first call, once for all; again if that failed or nobody waited for its outcome. */
  #whenReady<T>(site: CallSite, call: Observable<T>): Observable<T> {
    return defer(() => {
      this.#ready ??= readyTable(this.#calls, this.#settings, { streamName: site.streamName }).pipe(
        share({ connector: () => new ReplaySubject<never>(1), resetOnComplete: false }),
      );
      return concat(this.#ready, call);
    });
  }
}

/** A KCL 3.x keeps rows of other kinds in the table too. */
const isLease = ({ entityType }: LeaseRow): boolean => entityType === undefined || entityType.S === 'LEASE';

/** Every name by a placeholder: DynamoDB reserves hundreds of words. */
const namesIn = (expressions: string): Record<string, string> =>
  Object.fromEntries([...expressions.matchAll(/#(\w+)/g)].map(([placeholder, name = '']) => [placeholder, name]));
