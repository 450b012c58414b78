import type { GetItemCommandInput, PutItemCommandInput, ScanCommandInput } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import { from, type ObservableInput } from 'rxjs';
import { dynamoDbCheckpoints } from '../../../src/checkpoint/dynamodb/dynamoDbCheckpoints.ts';
import type { DynamoDbCheckpointsOptions } from '../../../src/checkpoint/dynamodb/DynamoDbCheckpointsOptions.ts';
import type { Lease } from '../../../src/checkpoint/Lease.ts';
import { newLease, SHARD } from '../../../src/testing/conformance/StoreClient.ts';
import { recordingCollector } from '../../metrics/recordingCollector.ts';
import { VirtualClock } from '../../support/VirtualClock.ts';
import { kclRow } from './kclRow.ts';
import { ScriptedTable, tableThatIs } from './ScriptedTable.ts';

const awsError = (name: string, status = 400) =>
  Object.assign(new Error('No.'), { name, $metadata: { httpStatusCode: status } });
const idOf = (index: number) => `shardId-${String(index).padStart(12, '0')}`;

function bench(options: Partial<DynamoDbCheckpointsOptions> = {}) {
  const clock = new VirtualClock();
  const table = new ScriptedTable(clock);
  const store = dynamoDbCheckpoints({
    application: 'billing',
    client: table,
    scheduler: clock,
    random: () => 0.5,
    ...options,
  });
  const follow = <T>(input: ObservableInput<T>) => {
    const seen: { values: T[]; error?: unknown; isComplete: boolean; stop: () => void } = {
      values: [],
      isComplete: false,
      stop: () => {
        subscription.unsubscribe();
      },
    };
    const subscription = from(input).subscribe({
      next: (value) => seen.values.push(value),
      error: (error: unknown) => (seen.error = error),
      complete: () => (seen.isComplete = true),
    });
    return seen;
  };
  return { clock, table, store, follow };
}

const held: Lease = {
  ...newLease(),
  streamName: 'orders',
  childShardIds: [],
  owner: 'me',
  token: 't',
  nextOwner: undefined,
  counter: 1,
  ownerSwitchesSinceCheckpoint: 0,
};

describe('dynamoDbCheckpoints, in virtual time', () => {
  it('should ask nothing until it is subscribed to, and ask again at each subscription', () => {
    const { clock, table, store, follow } = bench();
    const calls = [
      store.leases('orders'),
      store.create('orders', [newLease()]),
      store.renew(held),
      store.checkpoint(held, 'SHARD_END'),
      store.release(held),
      store.take(held, { workerId: 'a', token: 'b' }),
      store.requestHandOver(held, 'b'),
      store.remove(held),
    ];
    clock.pass(1_000);
    expect(table.calls).to.deep.equal([]);
    table.answer = (operation) => (operation === 'UpdateItem' ? { Attributes: kclRow(SHARD) } : undefined);
    const operations = ['Scan', 'PutItem', ...Array.from({ length: 5 }, () => 'UpdateItem'), 'DeleteItem'];
    for (const call of calls) follow(call as ObservableInput<unknown>);
    clock.pass(1_000);
    expect(table.calls.map(({ operation }) => operation)).to.deep.equal(['DescribeTable', ...operations]);
    for (const call of calls) follow(call as ObservableInput<unknown>);
    clock.pass(1_000);
    expect(table.calls.map(({ operation }) => operation)).to.deep.equal([
      'DescribeTable',
      ...operations,
      ...operations,
    ]);
  });

  it('should answer each call with one value', () => {
    const { clock, table, store, follow } = bench();
    table.answer = (operation) => (operation === 'UpdateItem' ? { Attributes: kclRow(SHARD) } : undefined);
    for (const input of [store.leases('orders'), store.create('orders', []), store.renew(held), store.remove(held)]) {
      const seen = follow(input as ObservableInput<unknown>);
      clock.pass(100);
      expect(seen).to.include({ isComplete: true });
      expect(seen.values).to.have.lengthOf(1);
    }
  });

  it('should abort what is under way when nobody waits for it any more', () => {
    const { clock, table, store, follow } = bench();
    const seen = follow(
      store.create(
        'orders',
        Array.from({ length: 20 }, (_, index) => newLease(idOf(index))),
      ),
    );
    clock.pass(7);
    expect(table.underWay).to.equal(8);
    seen.stop();
    expect(table.underWay).to.equal(0);
    clock.pass(1_000);
    expect(table.calls.filter(({ operation }) => operation === 'PutItem')).to.have.lengthOf(8);
    expect(clock.pending).to.equal(0);
  });

  it('should wait three seconds for an answer', () => {
    const { clock, table, store, follow } = bench();
    table.latencyMs = () => 2_999;
    const patient = follow(store.remove(held));
    clock.pass(10_000);
    expect(patient.values).to.deep.equal([true]);
    table.latencyMs = () => 3_001;
    const impatient = follow(store.remove(held));
    clock.pass(10_000);
    expect(impatient.error).to.include({ retryable: true });
    expect(table.underWay).to.equal(0);
  });

  describe('creating leases', () => {
    /** As the source asks for them after many reshards: children before parents. */
    const family = Array.from({ length: 2_500 }, (_, index) =>
      newLease(idOf(2_499 - index), { parentShardIds: index < 2_499 ? [idOf(Math.floor((2_499 - index) / 5))] : [] }),
    );

    for (const [order, given] of Object.entries({ 'children first': family, 'parents first': family.toReversed() })) {
      it(`should create 2,500, a few at a time, and no parent before its children, given ${order}`, () => {
        const { clock, table, store, follow } = bench();
        const done = new Set<string>();
        table.latencyMs = (index) => 1 + ((index * 7) % 9);
        table.answer = (operation, input) => {
          if (operation !== 'PutItem') return undefined;
          done.add((input as PutItemCommandInput).Item?.leaseKey?.S ?? '');
          return {};
        };
        const seen = follow(store.create('orders', given));
        const wrong: string[] = [];
        const tookMs = clock.passUntil(() => {
          for (const { shardId, parentShardIds } of family) {
            if (!done.has(shardId) && parentShardIds.some((id) => done.has(id))) wrong.push(shardId);
          }
          return seen.isComplete;
        });
        expect(wrong).to.deep.equal([]);
        expect(done).to.have.property('size', 2_500);
        expect(table.most).to.equal(8);
        expect(tookMs).to.be.lessThan((2_500 / 8) * 5 * 1.5);
        expect(table.inputsOf('PutItem')).to.have.lengthOf(2_500);
      });
    }

    it('should wait and repeat what the table is too busy for, and nothing else', () => {
      const { clock, table, store, follow } = bench();
      let refusals = 0;
      table.answer = (operation) =>
        operation === 'PutItem' && (refusals += 1) % 3 === 0
          ? awsError('ProvisionedThroughputExceededException')
          : undefined;
      const seen = follow(store.create('orders', family.slice(0, 100)));
      clock.pass(60_000);
      expect(seen.isComplete).to.equal(true);
      expect(table.inputsOf('PutItem')).to.have.lengthOf(149);
    });

    it('should give up after five attempts, and say that it may be tried again', () => {
      const { clock, table, store, follow } = bench();
      table.answer = (operation) => (operation === 'PutItem' ? awsError('ThrottlingException') : undefined);
      const seen = follow(store.create('orders', [newLease()]));
      clock.pass(60_000);
      expect(seen.error).to.include({ name: 'CheckpointStoreError', retryable: true });
      expect((seen.error as Error).message).to.match(
        /The call is repeated\. If it happens often, give the table more capacity, or bill it on demand\.$/,
      );
      const [first = 0, ...times] = table.calls
        .filter(({ operation }) => operation === 'PutItem')
        .map(({ atMs }) => atMs);
      expect(times.map((atMs) => atMs - first)).to.deep.equal([30, 85, 190, 395]);
    });

    it('should not repeat what no repetition cures', () => {
      const { clock, table, store, follow } = bench();
      table.answer = (operation) => (operation === 'PutItem' ? awsError('AccessDeniedException') : undefined);
      const seen = follow(store.create('orders', [newLease()]));
      clock.pass(60_000);
      expect(seen.error).to.include({ retryable: false });
      expect(table.inputsOf('PutItem')).to.have.lengthOf(1);
    });
  });

  describe('listing leases', () => {
    it('should read consistently, and every page, each again where the table is too busy', () => {
      const { clock, table, store, follow } = bench();
      let calls = 0;
      table.answer = (operation, input) => {
        if (operation !== 'Scan') return undefined;
        if ((calls += 1) % 2 === 0) return awsError('ProvisionedThroughputExceededException');
        const page = Number((input as ScanCommandInput).ExclusiveStartKey?.leaseKey?.S ?? 0);
        return {
          // A page may be empty and not the last.
          Items: page === 3 ? [] : [kclRow(`shardId-${page}`)],
          ...(page < 6 && { LastEvaluatedKey: { leaseKey: { S: String(page + 1) } } }),
        };
      };
      const seen = follow(store.leases('orders'));
      clock.pass(10_000);
      expect(seen.values[0]?.map(({ shardId }) => shardId)).to.deep.equal(
        [0, 1, 2, 4, 5, 6].map((page) => `shardId-${page}`),
      );
      const scans = table.inputsOf('Scan') as readonly ScanCommandInput[];
      expect(scans.every(({ ConsistentRead }) => ConsistentRead)).to.equal(true);
      expect(scans).to.have.lengthOf(13);
    });
  });

  describe('the table', () => {
    it('should be waited for, less and less often, while it is created', () => {
      const { clock, table, store, follow } = bench();
      let isMissing = true;
      table.answer = (operation) => {
        if (operation === 'CreateTable') isMissing = false;
        if (operation !== 'DescribeTable') return undefined;
        if (isMissing) return awsError('ResourceNotFoundException');
        return tableThatIs(clock.now() < startMs + 10_000 ? 'CREATING' : 'ACTIVE');
      };
      const startMs = clock.now();
      const seen = follow(store.leases('orders'));
      clock.pass(9_000);
      expect(seen.isComplete).to.equal(false);
      clock.pass(2_000);
      expect(seen.values).to.deep.equal([[]]);
      expect(table.inputsOf('CreateTable')).to.have.lengthOf(1);
      expect(table.inputsOf('DescribeTable').length).to.be.within(10, 20);
    });

    it('should be waited for when another worker creates it at the same moment', () => {
      const { clock, table, store, follow } = bench();
      let looks = 0;
      table.answer = (operation) => {
        if (operation === 'CreateTable') return awsError('ResourceInUseException');
        if (operation !== 'DescribeTable') return undefined;
        return (looks += 1) < 3 ? awsError('ResourceNotFoundException') : undefined;
      };
      const seen = follow(store.leases('orders'));
      clock.pass(1_000);
      expect(seen.values).to.deep.equal([[]]);
    });

    it('should be created anew when it is just being deleted, and not used when nothing can be', () => {
      const { clock, table, store, follow } = bench();
      const startMs = clock.now();
      let isCreated = false;
      table.answer = (operation) => {
        if (operation === 'CreateTable') isCreated = true;
        if (operation !== 'DescribeTable' || isCreated) return undefined;
        return clock.now() < startMs + 1_000 ? tableThatIs('DELETING') : awsError('ResourceNotFoundException');
      };
      const seen = follow(store.leases('orders'));
      clock.pass(5_000);
      expect(seen.values).to.deep.equal([[]]);

      const other = bench();
      other.table.answer = () => tableThatIs('INACCESSIBLE_ENCRYPTION_CREDENTIALS');
      const refused = other.follow(other.store.leases('orders'));
      other.clock.pass(1_000);
      expect((refused.error as Error).message).to.equal(
        'Table billing cannot be used: its status is INACCESSIBLE_ENCRYPTION_CREDENTIALS. Bring it back into use.',
      );
    });

    it('should say which permission is missing', () => {
      const { clock, table, store, follow } = bench();
      table.answer = () => awsError('AccessDeniedException');
      const seen = follow(store.leases('orders'));
      clock.pass(1_000);
      expect((seen.error as Error).message).to.equal(
        'DescribeTable failed on table billing (stream orders): AccessDeniedException: No. ' +
          'Allow dynamodb:DescribeTable on arn:aws:dynamodb:<region>:<account>:table/billing in the IAM policy of these credentials.',
      );
    });
  });

  it('should not write for ever where a checkpoint meets others of its holder', () => {
    const { clock, table, store, follow } = bench();
    let sequenceNumber = 10;
    table.answer = (operation) => {
      if (operation === 'UpdateItem') return awsError('ConditionalCheckFailedException');
      if (operation !== 'GetItem') return undefined;
      const checkpoint = { S: String((sequenceNumber += 1)) };
      const owner = { leaseOwner: { S: 'me' }, rxjsOwner: { S: 'me' }, rxjsToken: { S: 't' } };
      return { Item: kclRow(SHARD, { ...owner, checkpoint }) };
    };
    const seen = follow(store.checkpoint(held, { sequenceNumber: '1000', subSequenceNumber: 0 }));
    clock.pass(60_000);
    expect(seen.error).to.include({ name: 'CheckpointStoreError', retryable: true });
    expect(table.inputsOf('UpdateItem')).to.have.lengthOf(101);
    const reads = table.inputsOf('GetItem') as readonly GetItemCommandInput[];
    expect(reads.every(({ ConsistentRead }) => ConsistentRead)).to.equal(true);
  });

  it('should ask nothing of the table for a snapshot without a token', () => {
    const { clock, table, store, follow } = bench();
    const free = { ...held, owner: undefined, token: undefined };
    const ofKcl = { ...held, token: undefined };
    for (const input of [store.renew(free), store.checkpoint(free, 'SHARD_END'), store.requestHandOver(ofKcl, 'me')]) {
      const seen = follow(input);
      clock.pass(100);
      expect(seen.values).to.deep.equal([undefined]);
    }
    expect(table.calls).to.deep.equal([]);
  });

  it('should count the checkpoints that it writes, with its own collector', () => {
    const { collector, series } = recordingCollector();
    const { clock, table, store, follow } = bench({ metrics: collector });
    table.answer = (operation) => (operation === 'UpdateItem' ? { Attributes: kclRow(SHARD) } : undefined);
    follow(store.checkpoint(held, 'SHARD_END'));
    clock.pass(100);
    expect(series()).to.deep.equal({ [`consumer_checkpoint_success_total{shard_id=${SHARD}}`]: 1 });
  });

  it('should leave a client that it was given open', () => {
    const { store, table } = bench();
    let isDestroyed = false;
    Object.assign(table, { destroy: () => (isDestroyed = true) });
    store.close();
    expect(isDestroyed).to.equal(false);
  });

  describe('its options', () => {
    const wrong: readonly (readonly [options: object, errorType: typeof TypeError, message: string])[] = [
      [{ application: '' }, TypeError, 'application must be a name, and not empty; got ""'],
      [{ application: 7 }, TypeError, 'application must be a name, and not empty; got 7'],
      [
        { application: 'my app' },
        RangeError,
        'application names the table, so it must be 3 to 255 letters, digits, "_", "." and "-"; got "my app". ' +
          'Give the table another name with tableName.',
      ],
      [{ tableName: 'x' }, RangeError, 'tableName must be 3 to 255 letters, digits, "_", "." and "-"; got "x"'],
      [{ client: 'dynamo' }, TypeError, 'client must be a DynamoDBClient or the configuration of one; got "dynamo"'],
      [
        { client: { send: () => undefined, config: { serviceId: 'Kinesis' } } },
        TypeError,
        'client must be a DynamoDBClient or the configuration of one; got a client of Kinesis',
      ],
      [
        { streams: 'two' },
        TypeError,
        "streams must be 'one', 'many', or an object from the names of streams to the KCL's identifiers of them; got \"two\"",
      ],
      [
        { streams: { orders: '123456789012:payments:1' } },
        RangeError,
        'streams["orders"] must be the KCL\'s identifier of that stream, such as 123456789012:orders:1700000000: its account, its name, ' +
          'and when it was created, in seconds; got "123456789012:payments:1"',
      ],
      [{ createTable: 'yes' }, TypeError, 'createTable must be true or false; got "yes"'],
      [
        { billingMode: 'PROVISIONED' },
        TypeError,
        'billingMode must be \'PAY_PER_REQUEST\', or an object of readCapacityUnits and writeCapacityUnits; got "PROVISIONED"',
      ],
      [
        { billingMode: { readCapacityUnits: 0, writeCapacityUnits: 1 } },
        RangeError,
        'billingMode.readCapacityUnits must be an integer from 1 to 1000000; got 0',
      ],
      [{ initialTimestamp: new Date(NaN) }, TypeError, 'initialTimestamp must be a valid Date; got an object'],
      [{ requestTimeoutMs: 99 }, RangeError, 'requestTimeoutMs must be an integer from 100 to 300000; got 99'],
      [{ random: 1 }, TypeError, 'random must be a function; got 1'],
      [{ scheduler: {} }, TypeError, 'scheduler must be a SchedulerLike of RxJS; got an object'],
      [{ table: 'x' }, TypeError, 'dynamoDbCheckpoints has no option "table"'],
    ];
    for (const [options, errorType, message] of wrong) {
      it(`should be refused: ${JSON.stringify(options)}`, () => {
        expect(() => dynamoDbCheckpoints({ application: 'billing', ...options })).to.throw(errorType, message);
      });
    }

    it('should take a name for the table that is no name of an application, and the other way round', () => {
      expect(() => dynamoDbCheckpoints({ application: 'my app', tableName: 'my-app' })).not.to.throw();
    });
  });
});
