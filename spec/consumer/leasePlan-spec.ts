import { expect } from 'chai';
import fc from 'fast-check';
import type { Lease } from '../../src/checkpoint/Lease.ts';
import { LeaseObservations } from '../../src/consumer/LeaseObservations.ts';
import { leasePlan, type LeasePlanInput } from '../../src/consumer/leasePlan.ts';
import { topologyOf } from '../../src/consumer/topology.ts';
import { leaseFor, shardInfo } from './leaseFor.ts';

function plan(leases: readonly Lease[], changes: Partial<LeasePlanInput> = {}) {
  const workerId = changes.workerId ?? 'me';
  return leasePlan({
    workerId,
    topology: topologyOf(leases.map(({ shardId, parentShardIds }) => shardInfo(shardId, parentShardIds))),
    leases,
    isHeldHere: (shardId) => leases.some((lease) => lease.shardId === shardId && lease.owner === workerId),
    isOurs: ({ owner }) => owner === workerId,
    hasExpired: () => false,
    isAlive: () => true,
    maxShards: 100,
    random: () => 0.5,
    ...changes,
  });
}
const taken = ({ take }: ReturnType<typeof plan>) => take.map(({ lease, event }) => `${lease.shardId} ${event}`);

describe('leasePlan', () => {
  it('should leave a lease of its own name alone that another subscription holds, until it expires', () => {
    const leases = [leaseFor('a', { owner: 'me' })];
    const strange = { isHeldHere: () => false, isOurs: () => false };
    expect(taken(plan(leases, strange))).to.deep.equal([]);
    expect(taken(plan(leases, { ...strange, hasExpired: () => true }))).to.deep.equal(['a taken']);
  });

  it('should take what nobody takes for the time of a lease, beyond its share and up to maxShards', () => {
    const leases = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => leaseFor(id, id === 'a' ? { owner: 'small' } : {}));
    expect(taken(plan(leases))).to.have.length(3);
    const isLeftOver = { hasExpired: ({ owner }: Lease) => owner === undefined };
    expect(taken(plan(leases, isLeftOver))).to.have.length(5);
    expect(taken(plan(leases, { ...isLeftOver, maxShards: 4 }))).to.have.length(4);
  });

  it('should take its share of what is free', () => {
    const leases = [leaseFor('a'), leaseFor('b'), leaseFor('c'), leaseFor('d', { owner: 'you' })];
    expect(plan(leases).take).to.have.lengthOf(2);
    expect(plan(leases.slice(0, 3)).take).to.have.lengthOf(3);
    expect(plan(leases.slice(0, 3), { maxShards: 1 }).take).to.have.lengthOf(1);
  });

  it('should take no shard before all of its parents have ended, but for those that are gone', () => {
    const child = leaseFor('c', { parentShardIds: ['a', 'b'] });
    const ended = (id: string) => leaseFor(id, { checkpoint: 'SHARD_END' });
    expect(taken(plan([ended('a'), leaseFor('b', { owner: 'you' }), child]))).to.deep.equal([]);
    expect(taken(plan([ended('a'), ended('b'), child]))).to.deep.equal(['c taken']);
    expect(taken(plan([child]))).to.deep.equal(['c taken']);
  });

  it('should not take a parent for gone that somebody reads, though a listing does not show it', () => {
    const child = leaseFor('c', { parentShardIds: ['a'] });
    const topology = topologyOf([shardInfo('c', ['a'])]);
    const read = leaseFor('a', { owner: 'you' });
    expect(taken(plan([read, child], { topology }))).to.deep.equal([]);
    expect(taken(plan([read, child], { topology, hasExpired: () => true }))).to.deep.equal(['c taken']);
    expect(taken(plan([leaseFor('a'), child], { topology }))).to.deep.equal(['c taken']);
  });

  it('should take what was handed over to it, what has expired, and what it has without knowing', () => {
    const leases = [
      leaseFor('a', { nextOwner: 'me' }),
      leaseFor('b', { owner: 'gone' }),
      leaseFor('c', { owner: 'me' }),
      leaseFor('d', { nextOwner: 'you' }),
    ];
    const found = plan(leases, { isHeldHere: () => false, hasExpired: ({ shardId }) => shardId === 'b' });
    expect(taken(found)).to.have.members(['a stolen', 'b taken', 'c taken'].slice(0, found.take.length));
    expect(taken(found)[0]).to.equal('a stolen');
  });

  it('should never have more than maxShards, whatever it asked for before', () => {
    const mine = leaseFor('a', { owner: 'me' });
    const given = ['b', 'c'].map((id) => leaseFor(id, { nextOwner: 'me' }));
    const coming = leaseFor('d', { owner: 'you', nextOwner: 'me' });
    const free = ['e', 'f', 'g'].map((id) => leaseFor(id));
    expect(taken(plan([mine, ...given], { maxShards: 1 }))).to.deep.equal([]);
    expect(taken(plan([mine, ...given], { maxShards: 2 }))).to.deep.equal(['b stolen']);
    expect(taken(plan([mine, coming, ...free], { maxShards: 3 }))).to.have.lengthOf(1);
    expect(taken(plan([mine, coming, ...free], { maxShards: 2 }))).to.deep.equal([]);
    const leftOver = { hasExpired: ({ owner }: Lease) => owner === undefined };
    expect(taken(plan([mine, coming, ...free], { ...leftOver, maxShards: 2 }))).to.deep.equal([]);
  });

  it('should ask the most loaded for half of what it lacks, and not where that only moves the imbalance', () => {
    const of = (owner: string, ...shardIds: string[]) => shardIds.map((id) => leaseFor(id, { owner }));
    const asked = (leases: readonly Lease[]) => plan(leases).request.map(({ shardId }) => shardId);
    expect(asked([...of('rich', 'a', 'b', 'c'), ...of('poor', 'd')])).to.deep.equal(['a']);
    expect(asked([...of('rich', 'a', 'b', 'c', 'd', 'e', 'f'), ...of('poor', 'g')])).to.deep.equal(['a', 'b']);
    expect(asked([...of('rich', 'a', 'b'), leaseFor('c', { owner: 'rich', nextOwner: 'me' })])).to.deep.equal([]);
    expect(asked([...of('rich', 'a', 'b'), ...of('me', 'c')])).to.deep.equal([]);
    expect(asked(of('rich', 'a'))).to.deep.equal([]);
  });

  it('should ask nobody who was not seen to write', () => {
    const of = (owner: string, ...shardIds: string[]) => shardIds.map((id) => leaseFor(id, { owner }));
    const leases = [...of('gone', 'a', 'b', 'c', 'd'), ...of('rich', 'e', 'f', 'g')];
    const asked = (isAlive: (workerId: string) => boolean) => plan(leases, { isAlive }).request.map((l) => l.shardId);
    expect(asked((id) => id === 'rich')).to.deep.equal(['e']);
    expect(asked(() => false)).to.deep.equal([]);
  });

  it('should take one lease of the KCL at a time, which hears no requests, and ask others beside', () => {
    const kcl = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => leaseFor(id, { owner: 'kcl', token: undefined }));
    const ours = ['g', 'h', 'i', 'j', 'k', 'l'].map((id) => leaseFor(id, { owner: 'ours' }));
    const { take, request } = plan([...kcl, ...ours]);
    expect(take.map(({ lease, event }) => `${lease.shardId} ${event}`)).to.deep.equal(['a stolen']);
    expect(request.map(({ shardId }) => shardId)).to.deep.equal(['g']);
    expect(taken(plan(kcl))).to.deep.equal(['a stolen']);
    expect(plan(kcl.slice(0, 1)).take).to.be.empty;
  });

  it('should count who has asked as a worker, though he has nothing yet', () => {
    const promised = ['a', 'b', 'c'].map((id) => leaseFor(id, { owner: 'rich', nextOwner: 'other' }));
    const rest = ['d', 'e', 'f', 'g', 'h', 'i'].map((id) => leaseFor(id, { owner: 'rich' }));
    expect(plan([...promised, ...rest]).request).to.have.lengthOf(2);
  });

  it('should give a third worker its share of 99 shards within 7 rounds of hand-overs', () => {
    let leases = Array.from({ length: 99 }, (_, n) => leaseFor(String(n), { owner: n % 2 === 0 ? 'one' : 'two' }));
    const counts: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      const asked = new Set(plan(leases).request);
      leases = leases.map((lease) => (asked.has(lease) ? { ...lease, owner: 'me' } : lease));
      counts.push(leases.filter(({ owner }) => owner === 'me').length);
    }
    expect(counts).to.deep.equal([17, 25, 29, 31, 32, 33, 33]);
  });

  it('should lead any workers to balance, and then rest', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 20 }),
        fc.infiniteStream(fc.nat({ max: 6 })),
        (workers, shards, dice) => {
          const names = Array.from({ length: workers }, (_, index) => `w${index}`);
          const owners = () => names[dice.next().value! % workers];
          let leases = Array.from({ length: shards }, (_, index) => leaseFor(String(index), { owner: owners() }));
          let isResting = false;
          for (let round = 0; round < 200 && !isResting; round += 1) {
            isResting = true;
            for (const workerId of names) {
              const { take, request } = plan(leases, { workerId });
              if (take.length > 0 || request.length > 0) isResting = false;
              const ids = new Set(take.map(({ lease }) => lease.shardId));
              leases = leases.map((lease) => {
                if (ids.has(lease.shardId)) return { ...lease, owner: workerId, nextOwner: undefined };
                return request.includes(lease) ? { ...lease, owner: undefined, nextOwner: workerId } : lease;
              });
            }
          }
          expect(isResting).to.equal(true);
          const counts = names.map((name) => leases.filter(({ owner }) => owner === name).length);
          expect(Math.max(...counts)).to.be.at.most(Math.ceil(shards / workers));
          expect(counts.reduce((sum, count) => sum + count, 0)).to.equal(shards);
          if (shards >= workers) expect(Math.min(...counts)).to.be.at.least(1);
        },
      ),
    );
  });
});

describe('LeaseObservations', () => {
  it('should call a lease expired when its counter has stood still for its duration, on this clock', () => {
    const observations = new LeaseObservations(10_000);
    const lease = leaseFor('a', { owner: 'you', counter: 1 });
    expect(observations.hasExpired(lease, 1e12)).to.equal(false);
    observations.observe([lease], 1_000);
    observations.observe([lease], 8_000);
    expect(observations.hasExpired(lease, 10_999)).to.equal(false);
    expect(observations.hasExpired(lease, 11_000)).to.equal(true);
    observations.observe([{ ...lease, counter: 2 }], 11_000);
    expect(observations.hasExpired({ ...lease, counter: 2 }, 20_999)).to.equal(false);
    expect(observations.hasExpired(lease, 1e12)).to.equal(false);
    observations.observe([], 12_000);
    observations.observe([{ ...lease, counter: 2 }], 30_000);
    expect(observations.hasExpired({ ...lease, counter: 2 }, 30_000)).to.equal(false);
  });

  it('should take no request for a sign of life, whoever asks', () => {
    const observations = new LeaseObservations(10_000);
    const held = leaseFor('a', { owner: 'you', counter: 1 });
    const asked = leaseFor('a', { owner: 'you', counter: 2, nextOwner: 'me' });
    observations.observe([held], 0);
    observations.observe([asked], 6_000);
    expect(observations.isAlive('you', 6_000)).to.equal(false);
    expect(observations.nextExpiryMs([asked])).to.equal(10_000);
    expect(observations.hasExpired(asked, 9_999)).to.equal(false);
    expect(observations.hasExpired(asked, 10_000)).to.equal(true);
  });

  it('should take a renewal beside a request for one', () => {
    const observations = new LeaseObservations(10_000);
    observations.observe([leaseFor('a', { owner: 'you', counter: 1 })], 0);
    const both = leaseFor('a', { owner: 'you', counter: 3, nextOwner: 'me' });
    observations.observe([both], 6_000);
    expect(observations.hasExpired(both, 15_999)).to.equal(false);
    expect(observations.isAlive('you', 6_000)).to.equal(true);
  });

  it('should call a worker alive for as long as a lease after it was seen to write, and not for what it finds first', () => {
    const observations = new LeaseObservations(10_000);
    observations.observe([leaseFor('a', { owner: 'you', counter: 1 })], 0);
    expect(observations.isAlive('you', 0)).to.equal(false);
    observations.observe([leaseFor('a', { owner: 'you', counter: 2 })], 1_000);
    observations.observe([leaseFor('a', { owner: 'you', counter: 2 })], 10_999);
    expect(observations.isAlive('you', 10_999)).to.equal(true);
    expect(observations.isAlive('you', 11_000)).to.equal(false);
  });
});
