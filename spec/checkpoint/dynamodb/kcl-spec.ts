import { expect } from 'chai';
import { dynamoDbCheckpoints } from '../../../src/checkpoint/dynamodb/dynamoDbCheckpoints.ts';
import type { DynamoDbCheckpointsOptions } from '../../../src/checkpoint/dynamodb/DynamoDbCheckpointsOptions.ts';
import { newLease, SHARD, StoreClient } from '../../../src/testing/conformance/StoreClient.ts';
import { failure } from './failure.ts';
import { kclRow } from './kclRow.ts';
import { type Item, LocalDynamo } from './LocalDynamo.ts';

const SEQUENCE_NUMBER = '49590338271490256608559692538361571095921575989136588898';
const LATER = '49590338271490256608559692538361571095921575989136588899';
const PENDING = ['pendingCheckpoint', 'pendingCheckpointSubSequenceNumber', 'pendingCheckpointState'];

describe('dynamoDbCheckpoints, in a lease table of the KCL', () => {
  let dynamo: LocalDynamo;
  let table = '';
  let tables = 0;

  before(async () => {
    dynamo = await LocalDynamo.start();
  });
  after(() => dynamo.stop());

  /** A table as a KCL creates it. */
  beforeEach(async () => {
    table = `app-${(tables += 1)}`;
    await dynamo.createTable(table);
  });

  const open = (options: Partial<DynamoDbCheckpointsOptions> = {}) =>
    new StoreClient(dynamoDbCheckpoints({ application: table, client: dynamo.client, ...options }), 'orders');

  /** A row that a KCL wrote, and the lease that it is. */
  const ofKcl = async (changes: Item = {}, options: Partial<DynamoDbCheckpointsOptions> = {}) => {
    await dynamo.put(table, kclRow(SHARD, changes));
    const client = open(options);
    return { client, lease: await client.stored() };
  };
  const row = async () => (await dynamo.get(table, SHARD)) ?? {};
  /** A row without the time at which its checkpoint was written, which must be that of this spec. */
  const rowJustWritten = async () => {
    const { rxjsCheckpointedAt, ...rest } = await row();
    expect(Number(rxjsCheckpointedAt?.N)).to.be.within(Date.now() - 30_000, Date.now());
    return rest;
  };

  describe('rows that a KCL wrote', () => {
    it('should read a free lease', async () => {
      const { lease } = await ofKcl({ parentShardId: { SS: ['shardId-7', 'shardId-8'] } });
      expect(lease).to.deep.equal({
        streamName: 'orders',
        shardId: SHARD,
        parentShardIds: ['shardId-7', 'shardId-8'],
        childShardIds: [],
        startingHashKey: '0',
        endingHashKey: '170141183460469231731687303715884105727',
        checkpoint: 'TRIM_HORIZON',
        owner: undefined,
        token: undefined,
        nextOwner: undefined,
        counter: 0,
        ownerSwitchesSinceCheckpoint: 0,
        checkpointedAt: undefined,
      });
    });

    it('should tell no time of a checkpoint that a KCL wrote after ours', async () => {
      const { client, lease } = await ofKcl();
      const mine = (await client.take(lease, 'ours'))!;
      const written = (await client.checkpoint(mine, { sequenceNumber: SEQUENCE_NUMBER, subSequenceNumber: 3 }))!;
      expect(written.checkpointedAt).to.be.instanceOf(Date);
      for (const [n, change] of [{ checkpointSubSequenceNumber: { N: '4' } }, { checkpoint: { S: LATER } }].entries()) {
        await dynamo.update(table, SHARD, 2 + n, change);
        expect((await client.stored()).checkpointedAt).to.equal(undefined);
      }
    });

    it('should go on from the place of a lease that is held, once it has been taken', async () => {
      const { client, lease } = await ofKcl({
        leaseOwner: { S: 'kcl-1' },
        leaseCounter: { N: '41' },
        checkpoint: { S: SEQUENCE_NUMBER },
        checkpointSubSequenceNumber: { N: '3' },
      });
      expect(lease).to.include({ owner: 'kcl-1', token: undefined, counter: 41 });
      expect(lease.checkpoint).to.deep.equal({ sequenceNumber: SEQUENCE_NUMBER, subSequenceNumber: 3 });
      const changes = { owner: 'ours', token: 't', ownerSwitchesSinceCheckpoint: 1 };
      const taken = await client.assertWritten(lease, await client.take(lease, 'ours', 't'), changes);
      const checkpoint = { sequenceNumber: SEQUENCE_NUMBER, subSequenceNumber: 4 };
      await client.assertWritten(taken, await client.checkpoint(taken, checkpoint), {
        checkpoint,
        ownerSwitchesSinceCheckpoint: 0,
      });
      expect(await row())
        .to.include.keys('leaseOwner', 'checkpoint')
        .and.deep.include({
          leaseOwner: { S: 'ours' },
          leaseCounter: { N: '43' },
          checkpoint: { S: SEQUENCE_NUMBER },
          checkpointSubSequenceNumber: { N: '4' },
          ownerSwitchesSinceCheckpoint: { N: '0' },
        });
    });

    it('should read a finished lease with its children, and leave it ended', async () => {
      const { client, lease } = await ofKcl({
        checkpoint: { S: 'SHARD_END' },
        childShardIds: { SS: ['shardId-1', 'shardId-2'] },
      });
      expect(lease).to.deep.include({ checkpoint: 'SHARD_END', childShardIds: ['shardId-1', 'shardId-2'] });
      const taken = (await client.take(lease, 'ours'))!;
      const after = await client.checkpoint(taken, { sequenceNumber: LATER, subSequenceNumber: 0 });
      await client.assertWritten(taken, after);
    });

    it('should settle what a KCL has prepared, by the next checkpoint', async () => {
      const { client, lease } = await ofKcl({
        pendingCheckpoint: { S: LATER },
        pendingCheckpointSubSequenceNumber: { N: '0' },
        pendingCheckpointState: { B: Buffer.from('state') },
      });
      const taken = (await client.take(lease, 'ours'))!;
      const renewed = (await client.renew(taken))!;
      expect(await row()).to.include.keys(...PENDING);
      await client.checkpoint(renewed, { sequenceNumber: SEQUENCE_NUMBER, subSequenceNumber: 0 });
      expect(await row()).not.to.have.any.keys(...PENDING);
    });

    it('should keep attributes that it does not know through every write', async () => {
      const strange: Item = {
        throughputKBps: { N: '12.5' },
        entityType: { S: 'LEASE' },
        someday: { M: { a: { L: [{ NULL: true }] } } },
      };
      const { client, lease } = await ofKcl(strange);
      const taken = (await client.take(lease, 'ours'))!;
      await client.renew(taken);
      await client.requestHandOver((await client.renew(taken))!, 'other');
      await client.checkpoint(taken, 'SHARD_END', ['shardId-1']);
      await client.release(taken);
      expect(await row()).to.deep.include(strange);
    });

    it('should skip rows that are no leases, whatever a KCL keeps in them', async () => {
      await ofKcl();
      await dynamo.put(table, { leaseKey: { S: 'Leader' }, entityType: { S: 'LEADER' }, leaseOwner: { S: 'kcl-1' } });
      await dynamo.put(table, { leaseKey: { S: 'kcl-1' }, entityType: { S: 'WORKER_METRIC_STATS' }, x: { N: '1' } });
      expect((await open().leases()).map(({ shardId }) => shardId)).to.deep.equal([SHARD]);
    });

    it('should have the whole range of hash keys where an old KCL wrote none', async () => {
      const old = kclRow(SHARD);
      delete old.startingHashKey;
      delete old.endingHashKey;
      await dynamo.put(table, old);
      expect(await open().stored()).to.include({ startingHashKey: '0', endingHashKey: String(2n ** 128n - 1n) });
    });

    it('should begin a lease AT_TIMESTAMP at the time that is configured, as a KCL does', async () => {
      const initialTimestamp = new Date('2026-02-03T04:05:06.789Z');
      const { lease } = await ofKcl({ checkpoint: { S: 'AT_TIMESTAMP' } }, { initialTimestamp });
      expect(lease.checkpoint).to.deep.equal({ atTimestamp: initialTimestamp });
      const error = await failure(open().leases());
      expect(error).to.include({ name: 'CheckpointStoreError', retryable: false, shardId: SHARD });
      expect(error.message).to.include('Give it: dynamoDbCheckpoints({ initialTimestamp }).');
    });

    it('should take an age that cannot be read for none, and say where a checkpoint names no time', async () => {
      const rxjsCheckpointed = { S: `${SEQUENCE_NUMBER}:0` };
      const far = { N: '9000000000000000' };
      const checkpoint = { S: SEQUENCE_NUMBER };
      const { lease } = await ofKcl({ checkpoint, rxjsCheckpointed, rxjsCheckpointedAt: far });
      expect(lease.checkpointedAt).to.equal(undefined);
      await dynamo.put(table, kclRow(SHARD, { checkpoint: { S: 'AT_TIMESTAMP' }, rxjsTimestamp: far }));
      expect((await failure(open().leases())).message).to.contain(
        'is no lease: its rxjsTimestamp is "9000000000000000".',
      );
    });

    it('should say which row is no lease', async () => {
      await dynamo.put(table, kclRow(SHARD, { checkpoint: { S: 'somewhere' } }));
      const error = await failure(open().leases());
      expect(error).to.include({ name: 'CheckpointStoreError', retryable: false });
      expect(error.message).to.equal(
        `The row of shard ${SHARD} of stream orders in table ${table} is no lease: its checkpoint is "somewhere". ` +
          'Name a table of leases (tableName), or remove the row.',
      );
    });

    const nonsense: readonly [string, Item[string], string][] = [
      ['leaseCounter', { N: '9007199254740993' }, '"9007199254740993"'],
      ['leaseCounter', { N: '1.5' }, '"1.5"'],
      ['leaseCounter', { S: '5' }, 'missing, or of another type'],
      ['ownerSwitchesSinceCheckpoint', { S: 'x' }, 'missing, or of another type'],
      ['checkpointSubSequenceNumber', { S: 'x' }, 'missing, or of another type'],
      ['checkpointSubSequenceNumber', { N: '-1' }, '"-1"'],
      ['parentShardId', { L: [{ S: 'shardId-7' }] }, 'missing, or of another type'],
      ['childShardIds', { L: [] }, 'missing, or of another type'],
    ];
    for (const [attribute, value, said] of nonsense) {
      it(`should say that ${JSON.stringify(value)} is no ${attribute}`, async () => {
        await dynamo.put(table, kclRow(SHARD, { checkpoint: { S: SEQUENCE_NUMBER }, [attribute]: value }));
        const error = await failure(open().leases());
        expect(error.message).to.contain(`is no lease: its ${attribute} is ${said}.`);
      });
    }

    it('should read a row without what an old KCL left out', async () => {
      const { ownerSwitchesSinceCheckpoint, checkpointSubSequenceNumber, ...old } = kclRow(SHARD);
      expect(ownerSwitchesSinceCheckpoint).to.deep.equal(checkpointSubSequenceNumber);
      await dynamo.put(table, { ...old, checkpoint: { S: SEQUENCE_NUMBER }, parentShardId: { NULL: true } });
      expect(await open().stored()).to.deep.include({
        checkpoint: { sequenceNumber: SEQUENCE_NUMBER, subSequenceNumber: 0 },
        ownerSwitchesSinceCheckpoint: 0,
        parentShardIds: [],
      });
    });
  });

  describe('a KCL beside it', () => {
    const held = async () => {
      const { client, lease } = await ofKcl();
      return { client, held: (await client.take(lease, 'ours', 't'))! };
    };

    it('should lose a lease that a KCL takes, though its token stays in the row', async () => {
      const { client, held: mine } = await held();
      await dynamo.update(table, SHARD, 1, { leaseOwner: { S: 'kcl-1' } }, ['checkpointOwner']);
      const stored = await client.stored();
      expect(stored).to.include({ owner: 'kcl-1', token: undefined, counter: 2 });
      expect((await row()).rxjsToken).to.deep.equal({ S: 't' });
      for (const answer of [
        await client.renew(mine),
        await client.checkpoint(mine, { sequenceNumber: '1', subSequenceNumber: 0 }),
        await client.checkpoint(mine, 'SHARD_END', []),
        await client.release(mine),
        await client.take(mine, 'ours', 't'),
        await client.renew({ ...mine, owner: 'kcl-1' }),
        await client.release({ ...mine, owner: 'kcl-1' }),
      ]) {
        await client.assertRefused(stored, answer);
      }
    });

    it('should put a lease back as if a KCL had stopped there, and let the one that held it write no more', async () => {
      const { client, lease } = await ofKcl({
        leaseOwner: { S: 'kcl-1' },
        checkpoint: { S: LATER },
        pendingCheckpoint: { S: LATER },
        pendingCheckpointSubSequenceNumber: { N: '0' },
        pendingCheckpointState: { B: Buffer.from('state') },
        childShardIds: { SS: ['shardId-1'] },
        throughputKBps: { N: '12.5' },
      });
      const taken = (await client.take(lease, 'ours'))!;
      const asked = (await client.requestHandOver(taken, 'other'))!;
      await client.putBack(asked, { sequenceNumber: SEQUENCE_NUMBER, subSequenceNumber: 3 });
      const { leaseKey, ...rest } = kclRow(SHARD, {
        checkpoint: { S: SEQUENCE_NUMBER },
        checkpointSubSequenceNumber: { N: '3' },
        leaseCounter: { N: '3' },
        childShardIds: { SS: ['shardId-1'] },
        throughputKBps: { N: '12.5' },
      });
      const { rxjsApplication, rxjsStream, ...stored } = await rowJustWritten();
      expect(stored).to.deep.equal({ leaseKey, ...rest, rxjsCheckpointed: { S: `${SEQUENCE_NUMBER}:3` } });
      expect([rxjsApplication, rxjsStream]).to.deep.equal([{ S: table }, { S: 'orders' }]);
      const refused = await failure(dynamo.update(table, SHARD, 2, { checkpoint: { S: LATER } }));
      expect(refused.name).to.equal('ConditionalCheckFailedException');
    });

    it('should keep the time to begin at in a lease that is put back, and clear it with the next', async () => {
      const { client, lease } = await ofKcl({ leaseOwner: { S: 'kcl-2' }, checkpointOwner: { S: 'kcl-1' } });
      const back = (await client.putBack(lease, { atTimestamp: new Date(1_770_000_000_123) }))!;
      expect(await row()).to.deep.include({
        checkpoint: { S: 'AT_TIMESTAMP' },
        rxjsTimestamp: { N: '1770000000123' },
      });
      await client.putBack(back, 'TRIM_HORIZON');
      const changes = { leaseCounter: { N: '2' }, rxjsCheckpointed: { S: 'TRIM_HORIZON:0' } };
      expect(await rowJustWritten()).to.deep.equal(kclRow(SHARD, changes));
    });

    it('should not ask a KCL for a lease, which would not hear of it, nor heed what was asked of the owner before', async () => {
      const { client, held: mine } = await held();
      await client.requestHandOver(mine, 'other');
      await dynamo.update(table, SHARD, 2, { leaseOwner: { S: 'kcl-1' } });
      const stored = await client.stored();
      expect(stored.nextOwner).to.equal(undefined);
      await client.assertRefused(stored, await client.requestHandOver(stored, 'ours'));
      const taken = (await client.take(stored, 'ours'))!;
      expect(taken.nextOwner).to.equal(undefined);
    });

    it('should write nothing when a lease is taken again by the token that it has, whatever the snapshot', async () => {
      const { client, held: mine } = await held();
      const asked = (await client.requestHandOver(mine, 'other'))!;
      expect(await client.take(asked, 'ours', 't')).to.deep.equal(asked);
      await client.assertUnchanged(asked);
    });

    it('should leave a lease that it releases free for a KCL, with its place', async () => {
      const { client, held: mine } = await held();
      const ahead = (await client.checkpoint(mine, { sequenceNumber: SEQUENCE_NUMBER, subSequenceNumber: 2 }))!;
      await client.release(ahead);
      const left = await row();
      expect(left).not.to.have.any.keys('leaseOwner', 'checkpointOwner', 'rxjsOwner', 'rxjsToken');
      expect(left.checkpoint).to.deep.equal({ S: SEQUENCE_NUMBER });
    });

    it('should fail the writes of a KCL that saw the lease before', async () => {
      const { client, held: mine } = await held();
      await client.renew(mine);
      const error = await failure(dynamo.update(table, SHARD, 1, { leaseOwner: { S: 'kcl-1' } }));
      expect(error.name).to.equal('ConditionalCheckFailedException');
    });
  });

  describe('a hand-over that a KCL 3.x begins', () => {
    /** The leader gives a lease of ours to a worker of its own. */
    const askedFor = async () => {
      const { client, lease } = await ofKcl();
      const mine = (await client.take(lease, 'ours', 't'))!;
      await dynamo.update(table, SHARD, 1, { leaseOwner: { S: 'kcl-2' }, checkpointOwner: { S: 'ours' } });
      return { client, mine };
    };
    const checkpoint = { sequenceNumber: SEQUENCE_NUMBER, subSequenceNumber: 0 };

    it('should tell the owner by its next write who comes next, and let it checkpoint', async () => {
      const { client, mine } = await askedFor();
      const asked = await client.stored();
      expect(asked).to.include({ owner: 'ours', token: 't', nextOwner: 'kcl-2' });
      const renewed = await client.assertWritten(asked, await client.renew(mine));
      await client.assertWritten(renewed, await client.checkpoint(mine, checkpoint), { checkpoint });
      await client.assertRefused(await client.stored(), await client.requestHandOver(renewed, 'another'));
    });

    it('should make the next one the owner when the lease is released, and bear a repetition', async () => {
      const { client, mine } = await askedFor();
      const renewed = (await client.renew(mine))!;
      const released = (await client.release(renewed))!;
      expect(released).to.include({ owner: undefined, nextOwner: 'kcl-2', counter: 4 });
      const left = await row();
      expect(left.leaseOwner).to.deep.equal({ S: 'kcl-2' });
      expect(left).not.to.have.any.keys('checkpointOwner');
      expect(await client.stored()).to.include({ owner: 'kcl-2', token: undefined, nextOwner: undefined });
      expect(await client.release(renewed)).to.deep.equal(released);
      expect(await client.renew(renewed)).to.equal(undefined);
      expect(await row()).to.deep.equal(left);
    });

    it('should lose the lease when the leader waits no longer', async () => {
      const { client, mine } = await askedFor();
      await dynamo.update(table, SHARD, 2, { leaseOwner: { S: 'kcl-2' } }, ['checkpointOwner']);
      const stored = await client.stored();
      expect(stored).to.include({ owner: 'kcl-2', token: undefined });
      await client.assertRefused(stored, await client.checkpoint(mine, checkpoint));
      await client.assertRefused(stored, await client.release(mine));
    });

    it('should take a lease whose hand-over nobody completes (pitfall 33)', async () => {
      const { client, lease } = await ofKcl({ leaseOwner: { S: 'kcl-2' }, checkpointOwner: { S: 'kcl-1' } });
      expect(lease).to.include({ owner: 'kcl-1', nextOwner: 'kcl-2', token: undefined });
      const changes = { owner: 'ours', token: 't', nextOwner: undefined, ownerSwitchesSinceCheckpoint: 1 };
      await client.assertWritten(lease, await client.take(lease, 'ours', 't'), changes);
      expect(await row()).not.to.have.any.keys('checkpointOwner');
    });
  });

  describe('rows that it wrote', () => {
    const own = { rxjsApplication: '', rxjsStream: '' };
    const create = async (changes: Parameters<typeof newLease>[1] = {}) => {
      const client = open();
      return { client, lease: await client.created(newLease(SHARD, changes)) };
    };
    const marks = () => ({ rxjsApplication: { S: table }, rxjsStream: { S: 'orders' } });

    it('should be as a KCL writes them: new', async () => {
      await create({ parentShardIds: ['shardId-7', 'shardId-8'] });
      expect(await row()).to.deep.equal({
        leaseKey: { S: SHARD },
        leaseCounter: { N: '0' },
        ownerSwitchesSinceCheckpoint: { N: '0' },
        checkpoint: { S: 'TRIM_HORIZON' },
        checkpointSubSequenceNumber: { N: '0' },
        parentShardId: { SS: ['shardId-7', 'shardId-8'] },
        startingHashKey: { S: '0' },
        endingHashKey: { S: '340282366920938463463374607431768211455' },
        ...marks(),
      });
    });

    it('should be as a KCL writes them: held, asked for, and ahead', async () => {
      const { client, lease } = await create({ checkpoint: 'LATEST' });
      const mine = (await client.take(lease, 'ours', 't'))!;
      await client.requestHandOver(mine, 'other');
      await client.checkpoint(mine, { sequenceNumber: SEQUENCE_NUMBER, subSequenceNumber: 9 });
      expect(await rowJustWritten()).to.deep.equal({
        leaseKey: { S: SHARD },
        leaseOwner: { S: 'ours' },
        leaseCounter: { N: '3' },
        ownerSwitchesSinceCheckpoint: { N: '0' },
        checkpoint: { S: SEQUENCE_NUMBER },
        checkpointSubSequenceNumber: { N: '9' },
        startingHashKey: { S: '0' },
        endingHashKey: { S: '340282366920938463463374607431768211455' },
        ...marks(),
        rxjsOwner: { S: 'ours' },
        rxjsToken: { S: 't' },
        rxjsNextOwner: { S: 'other' },
        rxjsCheckpointed: { S: `${SEQUENCE_NUMBER}:9` },
      });
    });

    it('should be as a KCL writes them: ended, with children, and free', async () => {
      const { client, lease } = await create();
      const mine = (await client.take(lease, 'ours', 't'))!;
      await client.checkpoint(mine, 'SHARD_END', ['shardId-1', 'shardId-2']);
      await client.release(mine);
      expect(await rowJustWritten()).to.deep.equal({
        leaseKey: { S: SHARD },
        leaseCounter: { N: '3' },
        ownerSwitchesSinceCheckpoint: { N: '0' },
        checkpoint: { S: 'SHARD_END' },
        checkpointSubSequenceNumber: { N: '0' },
        childShardIds: { SS: ['shardId-1', 'shardId-2'] },
        startingHashKey: { S: '0' },
        endingHashKey: { S: '340282366920938463463374607431768211455' },
        ...marks(),
        rxjsCheckpointed: { S: 'SHARD_END:0' },
      });
    });

    it('should have the time of AT_TIMESTAMP beside it, until there is progress', async () => {
      const { client, lease } = await create({ checkpoint: { atTimestamp: new Date(1_770_000_000_123) } });
      expect(await row()).to.deep.include({ checkpoint: { S: 'AT_TIMESTAMP' }, rxjsTimestamp: { N: '1770000000123' } });
      const mine = (await client.take(lease, 'ours', 't'))!;
      await client.checkpoint(mine, { sequenceNumber: '1', subSequenceNumber: 0 });
      expect(await row()).not.to.have.any.keys('rxjsTimestamp');
    });

    it('should begin with rxjs where no KCL knows the attribute', async () => {
      const { client, lease } = await create({ checkpoint: { atTimestamp: new Date(0) } });
      await client.requestHandOver((await client.take(lease, 'ours'))!, 'other');
      const names = Object.keys(await row()).filter((name) => name.startsWith('rxjs'));
      expect(names).to.have.members([...Object.keys(own), 'rxjsOwner', 'rxjsToken', 'rxjsNextOwner', 'rxjsTimestamp']);
    });
  });
});
