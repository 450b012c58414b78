import { expect } from 'chai';
import fc from 'fast-check';
import { inGenerations } from '../../../src/checkpoint/dynamodb/inGenerations.ts';
import { newLease } from '../../../src/testing/conformance/StoreClient.ts';

const lease = (shardId: string, ...parentShardIds: string[]) => newLease(shardId, { parentShardIds });

describe('inGenerations', () => {
  it('should cut where a lease is a parent, or a child, of one before', () => {
    const leases = [lease('c', 'a'), lease('d', 'b'), lease('b'), lease('a'), lease('e', 'a')];
    const runs = inGenerations(leases).map((run) => run.map(({ shardId }) => shardId).join(''));
    expect(runs).to.deep.equal(['cd', 'ba', 'e']);
  });

  it('should have no run for no leases', () => {
    expect(inGenerations([])).to.deep.equal([]);
  });

  it('should keep the order, and put no parent beside its child, whatever the family', () => {
    const id = fc.integer({ min: 0, max: 30 }).map(String);
    const family = fc.uniqueArray(fc.tuple(id, fc.uniqueArray(id, { maxLength: 2 })), { selector: ([own]) => own });
    fc.assert(
      fc.property(family, (members) => {
        const leases = members.map(([own, parents]) => lease(own, ...parents.filter((parent) => parent !== own)));
        const runs = inGenerations(leases);
        expect(runs.flat()).to.deep.equal(leases);
        for (const run of runs) {
          const ids = new Set(run.map(({ shardId }) => shardId));
          expect(run.flatMap(({ parentShardIds }) => parentShardIds).filter((parent) => ids.has(parent))).to.deep.equal(
            [],
          );
        }
      }),
    );
  });
});
