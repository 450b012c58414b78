import { expect } from 'chai';
import type { JournalEntry } from '../../chaos/Journal.ts';
import { type Evidence, judge, type Witness } from '../../chaos/judge.ts';

const [PARENT, CHILD] = ['shardId-0', 'shardId-1'];
const lease = (ms: number, event: string, shardId = PARENT): JournalEntry => ({ type: 'lease', ms, shardId, event });
/** A record, which is processed at once. */
const got = (ms: number, id: number, shardId = PARENT): JournalEntry[] => [
  { type: 'delivered', ms, shardId, sequenceNumber: String(id), id },
  { type: 'processed', ms, id },
];
const witness = (workerId: string, journal: JournalEntry[], rest: Partial<Witness> = {}): Witness => ({
  workerId,
  journal,
  disturbances: [],
  exit: 0,
  ...rest,
});
const written = (...ids: number[]) => ids.map((id) => ({ id, shardId: PARENT, sequenceNumber: String(id) }));
const verdictOn = (witnesses: Witness[], evidence: Partial<Evidence> = {}) =>
  judge({ written: written(1, 2), witnesses, parents: new Map(), outages: [], leaseMs: 100, ...evidence });

describe('the judge of a chaotic run', () => {
  it('should find nothing wrong where each record is processed once, in order', () => {
    const verdict = verdictOn([witness('a', [lease(0, 'taken'), ...got(1, 1), ...got(2, 2)])]);
    expect(verdict).to.deep.include({ written: 2, delivered: 2, lost: 0, violations: [] });
    expect(Object.values(verdict.redelivered).every((count) => count === 0)).to.be.true;
  });

  it('should count what nobody has processed as lost, delivered or not', () => {
    const [delivered] = got(2, 2);
    expect(verdictOn([witness('a', [lease(0, 'taken'), ...got(1, 1), delivered!])]).lost).to.equal(1);
    expect(verdictOn([]).lost).to.equal(2);
  });

  it('should not allow a delivery without a lease, out of order, or after another has taken the shard', () => {
    const a = witness('a', [...got(1, 1), lease(2, 'taken'), ...got(3, 2), ...got(4, 1), ...got(20, 3)]);
    const b = witness('b', [lease(10, 'taken'), ...got(11, 2)]);
    expect(verdictOn([b, a]).violations).to.deep.equal([
      'a delivers record 1 of shardId-0 without its lease',
      'a delivers record 1 of shardId-0 out of order',
      'a delivers record 3 of shardId-0 after b took it',
    ]);
  });

  it('should not allow a record of a shard before all of its parent', () => {
    const journal = [lease(0, 'taken'), lease(0, 'taken', CHILD), ...got(1, 1), ...got(2, 3, CHILD), ...got(3, 2)];
    const { violations } = verdictOn([witness('a', journal)], {
      written: [...written(1, 2), { id: 3, shardId: CHILD, sequenceNumber: '3' }],
      parents: new Map([[CHILD, [PARENT]]]),
    });
    expect(violations).to.deep.equal(['record 3 of shardId-1 is delivered before its parent shardId-0 ends']);
  });

  it('should judge more records than a call has room for arguments', () => {
    const ids = Array.from({ length: 200_000 }, (_, id) => id + 1);
    const { violations, lost } = verdictOn([], { written: ids.flatMap((id) => written(id)) });
    expect([violations, lost]).to.deep.equal([[], 200_000]);
  });

  it('should not allow a worker that fails', () => {
    const { violations } = verdictOn([witness('a', [{ type: 'failed', ms: 1, error: 'no' }])]);
    expect(violations).to.deep.equal(['a failed: no']);
  });

  it('should explain what is delivered again by what happened to who had it, or not at all', () => {
    const b = witness('b', [lease(50, 'taken'), ...got(51, 1)]);
    const causes = (journal: JournalEntry[], rest: Partial<Witness> = {}, evidence: Partial<Evidence> = {}) => {
      const { redelivered } = verdictOn(
        [witness('a', [lease(0, 'taken'), ...got(1, 1), ...journal], rest), b],
        evidence,
      );
      return Object.entries(redelivered).flatMap(([cause, count]) => (count > 0 ? [cause] : []));
    };
    for (const kind of ['kill', 'pause', 'stop'] as const) {
      const disturbances = [{ kind, fromMs: 10, untilMs: kind === 'kill' ? Infinity : 30 }];
      expect(causes([], { disturbances })).to.deep.equal([kind]);
    }
    expect(causes([lease(20, 'lost')])).to.deep.equal(['lease']);
    expect(causes([lease(20, 'lost')], {}, { outages: [{ fromMs: 5, untilMs: 8 }] })).to.deep.equal(['store']);
    expect(causes([])).to.deep.equal(['unexplained']);
  });

  it('should tell how long a shard had no reader, after a stop and after a kill', () => {
    const stop = { kind: 'stop', fromMs: 10, untilMs: 30 } as const;
    const kill = { kind: 'kill', fromMs: 60, untilMs: Infinity } as const;
    const a = witness('a', [lease(0, 'taken'), lease(20, 'released')], { disturbances: [stop] });
    const b = witness('b', [lease(25, 'taken')], { disturbances: [kill] });
    const c = witness('c', [lease(160, 'taken')]);
    expect(verdictOn([c, b, a]).gapsMs).to.deep.equal({ stop: [5], kill: [100] });
  });
});
