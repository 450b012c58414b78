import { expect } from 'chai';
import fc from 'fast-check';
import { EMPTY, NEVER } from 'rxjs';
import { InFlight } from '../../src/consumer/InFlight.ts';
import { type Run, ShardWindow } from '../../src/consumer/ShardWindow.ts';
import { Diagnostics } from '../../src/diagnostics/Diagnostics.ts';
import type { RecordOrigin } from '../../src/record/Delivery.ts';

const origin: RecordOrigin = {
  streamName: 'orders',
  keepsProgress: true,
  diagnostics: new Diagnostics(),
  flush: () => EMPTY,
  paceCheckpoints: () => undefined,
  stopped: NEVER,
  clock: { now: () => 0 },
};

function makeWindow() {
  const inFlight = new InFlight({ records: 10_000, bytes: 1_000_000 });
  const share = inFlight.join();
  const moves: number[] = [];
  const window = new ShardWindow(origin, share, (records) => moves.push(records));
  let next = 1;
  const open = (count: number, delivered = count): Run => {
    const entries = Array.from({ length: count }, () => ({ SequenceNumber: String(next++) }));
    share.adjust({ records: 0, bytes: 0 }, { records: count, bytes: count * 10 });
    const run = window.open(
      entries,
      entries.map(() => 10),
    );
    for (let i = 0; i < delivered; i += 1) run.deliver(0);
    return run;
  };
  return { window, share, moves, open };
}

describe('ShardWindow', () => {
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
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const { window, share, moves, open } = makeWindow();
        const records: { run: Run; index: number; state: 'read' | 'delivered' | 'settled' | 'gone' }[] = [];
        let lastWatermark = 0;
        const settle = (at: number) => {
          if (records[at]!.state === 'delivered') records[at]!.state = 'settled';
        };
        for (const { action, n } of steps) {
          const live = records.filter(({ state }) => state !== 'gone');
          const isWithdrawn = live.length < records.length;
          const delivered = live.filter(({ state }) => state !== 'read');
          const chosen = delivered[n % Math.max(1, delivered.length)];
          if (action === 'open' && !isWithdrawn) {
            const count = 1 + (n % 5);
            const run = open(count, 0);
            for (let index = 0; index < count; index += 1) records.push({ run, index, state: 'read' });
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
          const watermark = Number(window.watermark?.sequenceNumber ?? 0);
          expect(watermark).to.equal(prefix);
          expect(watermark).to.be.at.least(lastWatermark);
          lastWatermark = watermark;
          expect(window.inFlightRecords).to.equal(records.filter(({ state }) => state === 'delivered').length);
          expect(share.records).to.equal(records.filter(({ state }) => state !== 'gone').length - prefix);
          expect(moves.reduce((sum, each) => sum + each, 0)).to.equal(prefix);
          const isEmpty = { now: false };
          window.empty().subscribe(() => (isEmpty.now = true));
          const hasGap = records.some(({ state }) => state === 'delivered' || state === 'read');
          expect(isEmpty.now).to.equal(!hasGap);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
