import { expect } from 'chai';
import fc from 'fast-check';
import { EMPTY, NEVER } from 'rxjs';
import { InFlight } from '../../src/consumer/InFlight.ts';
import type { Run } from '../../src/consumer/Run.ts';
import { ShardWindow } from '../../src/consumer/ShardWindow.ts';
import { Diagnostics } from '../../src/diagnostics/Diagnostics.ts';
import type { RecordOrigin } from '../../src/record/Delivery.ts';
import type { Position } from '../../src/record/position.ts';

const origin: RecordOrigin = {
  streamName: 'orders',
  keepsProgress: true,
  diagnostics: new Diagnostics(),
  flush: () => EMPTY,
  paceCheckpoints: () => () => undefined,
  stopped: NEVER,
  clock: { now: () => 0 },
};

function makeWindow() {
  const inFlight = new InFlight({ records: 10_000, bytes: 1_000_000 });
  const share = inFlight.join();
  const moves: number[] = [];
  const window = new ShardWindow(origin, share, (records) => moves.push(records));
  let next = 1;
  /** Opens records, each with so many user records; `delivered` counts those. */
  const openPacked = (counts: readonly number[], delivered: number): Run => {
    const records = counts.map(() => ({ SequenceNumber: String(next++) }));
    const sizes = records.map(() => 10);
    const userRecords = counts.map((count) =>
      count === 1 ? undefined : { count, subSequenceNumberAt: (index: number) => index * 2 },
    );
    const total = counts.reduce((sum, count) => sum + count, 0);
    share.adjust({ records: 0, bytes: 0 }, { records: total, bytes: counts.length * 10 });
    const isPacked = counts.some((count) => count !== 1);
    const run = window.open({ records, sizes, userRecords: isPacked ? userRecords : undefined });
    for (let i = 0; i < delivered; i += 1) run.deliver(0);
    return run;
  };
  const open = (count: number, delivered = count): Run =>
    openPacked(
      Array.from({ length: count }, () => 1),
      delivered,
    );
  return { window, share, moves, open, openPacked };
}

interface UserRecord {
  readonly run: Run;
  readonly index: number;
  readonly position: Position;
  state: 'read' | 'delivered' | 'settled' | 'gone';
}

describe('ShardWindow', () => {
  it('should tell since when the oldest record waits to be settled, where somebody listens', () => {
    for (const isHeard of [true, false]) {
      const diagnostics = new Diagnostics(isHeard ? () => undefined : undefined);
      const share = new InFlight({ records: 10, bytes: 100 }).join();
      const window = new ShardWindow({ ...origin, diagnostics }, share, () => undefined);
      const run = window.open({ records: [{ SequenceNumber: '1' }, { SequenceNumber: '2' }], sizes: [1, 1] });
      expect(window.oldestDeliveredMs).to.be.undefined;
      run.deliver(1_000);
      run.deliver(6_000);
      expect(window.oldestDeliveredMs).to.equal(1_000);
      run.settle(0);
      // By record, or by answer.
      expect(window.oldestDeliveredMs).to.equal(isHeard ? 6_000 : 1_000);
    }
  });

  it('should move the watermark over what is settled without a gap, whatever the order', () => {
    const { window, open, moves } = makeWindow();
    const run = open(3);
    expect(window.watermark).to.equal(undefined);
    run.settle(1);
    expect(window.watermark).to.equal(undefined);
    run.settle(0);
    expect(window.watermark).to.deep.equal({ sequenceNumber: '2', subSequenceNumber: 0 });
    run.settle(2);
    expect(window.watermark!.sequenceNumber).to.equal('3');
    expect(moves).to.deep.equal([2, 1]);
  });

  it('should settle all before a record of an ordered pipeline, over several answers', () => {
    const { window, open, share } = makeWindow();
    open(2);
    const second = open(3);
    second.settleThrough(1);
    expect(window.watermark!.sequenceNumber).to.equal('4');
    expect(window.inFlightRecords).to.equal(1);
    expect(share.records).to.equal(1);
  });

  it('should not pass what is read and not delivered, and give it back when it is withdrawn', () => {
    const { window, open, share } = makeWindow();
    const run = open(4, 2);
    run.settle(0);
    run.settle(1);
    let isEmpty = false;
    window.empty().subscribe(() => (isEmpty = true));
    expect(isEmpty).to.equal(false);
    window.withdraw();
    expect(isEmpty).to.equal(true);
    expect(window.watermark!.sequenceNumber).to.equal('2');
    expect(share.records).to.equal(0);
    expect(share.bytes).to.equal(0);
  });

  it('should keep the size of an aggregate until the last of it is settled, and its room as it is', () => {
    const { window, openPacked, share } = makeWindow();
    const run = openPacked([1, 3, 1], 5);
    for (const index of [0, 1, 2]) run.settle(index);
    expect(window.watermark).to.deep.equal({ sequenceNumber: '2', subSequenceNumber: 2 });
    expect({ records: share.records, bytes: share.bytes }).to.deep.equal({ records: 2, bytes: 20 });
    run.settle(3);
    expect({ records: share.records, bytes: share.bytes }).to.deep.equal({ records: 1, bytes: 10 });
  });

  it('should give all room of an aggregate back, whatever of it is settled', () => {
    const { window, openPacked, share } = makeWindow();
    const run = openPacked([1, 3, 1], 3);
    run.settle(0);
    run.settle(1);
    window.forget();
    expect({ records: share.records, bytes: share.bytes }).to.deep.equal({ records: 0, bytes: 0 });
  });

  it('should tell what blocks it, and whether that is in hand', () => {
    const { window, open } = makeWindow();
    expect(window.blocking).to.equal(undefined);
    const run = open(2);
    const position = { sequenceNumber: '1', subSequenceNumber: 0 };
    expect(window.blocking).to.deep.include({ position, isHeld: false, isOvertaken: false });
    run.hold(0);
    run.settle(1);
    expect(window.blocking).to.deep.include({ position, isHeld: true, isOvertaken: true });
    run.unhold(0);
    expect(window.blocking!.isHeld).to.equal(false);
    run.settle(0);
    expect(window.blocking).to.equal(undefined);
  });

  it('should never pass an unsettled record, and keep count, whatever is settled when, twice and after a withdrawal', () => {
    const step = fc.record({
      action: fc.constantFrom('open', 'deliver', 'settle', 'settle', 'settleThrough', 'hold', 'unhold', 'withdraw'),
      n: fc.nat({ max: 40 }),
      counts: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
        const { window, share, moves, openPacked } = makeWindow();
        const records: UserRecord[] = [];
        let sequenceNumber = 0;
        const settle = (at: number) => {
          if (records[at]!.state === 'delivered') records[at]!.state = 'settled';
        };
        for (const { action, n, counts } of steps) {
          const live = records.filter(({ state }) => state !== 'gone');
          const isWithdrawn = live.length < records.length;
          const delivered = live.filter(({ state }) => state !== 'read');
          const chosen = delivered[n % Math.max(1, delivered.length)];
          if (action === 'open' && !isWithdrawn) {
            const run = openPacked(counts, 0);
            let index = 0;
            for (const count of counts) {
              sequenceNumber += 1;
              for (let sub = 0; sub < count; sub += 1) {
                const position = { sequenceNumber: String(sequenceNumber), subSequenceNumber: sub * 2 };
                records.push({ run, index: index++, position, state: 'read' });
              }
            }
          } else if (action === 'deliver') {
            const next = live.find(({ state }) => state === 'read');
            if (next) {
              next.state = 'delivered';
              next.run.deliver(0);
            }
          } else if (action === 'withdraw') {
            window.withdraw();
            for (const record of records) if (record.state === 'read') record.state = 'gone';
          } else if (chosen) {
            const at = records.indexOf(chosen);
            if (action === 'settle') {
              settle(at);
              chosen.run.settle(chosen.index);
            } else if (action === 'settleThrough') {
              for (let i = 0; i <= at; i += 1) settle(i);
              chosen.run.settleThrough(chosen.index);
            } else if (action === 'hold') chosen.run.hold(chosen.index);
            else if (action === 'unhold') chosen.run.unhold(chosen.index);
          }

          const gap = records.findIndex(({ state }) => state !== 'settled');
          const prefix = gap < 0 ? records.length : gap;
          expect(window.watermark).to.deep.equal(records[prefix - 1]?.position);
          const held = records.slice(prefix).filter(({ state }) => state !== 'gone');
          expect(share.bytes).to.equal(10 * new Set(held.map(({ position }) => position.sequenceNumber)).size);
          expect(window.inFlightRecords).to.equal(records.filter(({ state }) => state === 'delivered').length);
          expect(share.records).to.equal(records.filter(({ state }) => state !== 'gone').length - prefix);
          expect(moves.reduce((sum, each) => sum + each, 0)).to.equal(prefix);
          const isEmpty = { now: false };
          window.empty().subscribe(() => (isEmpty.now = true));
          const hasGap = records.some(({ state }) => state === 'delivered' || state === 'read');
          expect(isEmpty.now).to.equal(!hasGap);
        }
      }),
      { numRuns: 400 },
    );
  });
});
