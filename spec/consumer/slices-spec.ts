import { expect } from 'chai';
import { tap } from 'rxjs';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import type { KinesisRecord } from '../../src/record/KinesisRecord.ts';
import { hangingStore, shard, textOf, workbench } from './workbench.ts';

const numbered = (count: number) => Array.from({ length: count }, (_, index) => String(index));

describe('fromKinesis, delivering in slices', () => {
  it('should give timers their turn during a long synchronous delivery', () => {
    const { clock, put, read } = workbench();
    put(shard(0), ...numbered(100));
    const slow = tap<KinesisRecord>(() => (clock.frame += 10));
    const reader = read({ pipe: (records) => records.pipe(slow, checkpoint()) });
    let deliveredBefore: number | undefined;
    clock.schedule(() => (deliveredBefore = reader.delivered.length), 100);
    clock.pass(5_000);

    expect(reader.delivered).to.deep.equal(numbered(100));
    expect(deliveredBefore).to.be.within(1, 50);
  });

  it('should deliver nothing after a record that outlasts the lease, within a slice too', () => {
    const { clock, put, read, store } = workbench({ limits: false });
    let hangs = false;
    const block = tap((record: KinesisRecord) => {
      if (textOf(record) === '1') clock.frame += 45;
    });
    const reader = read({
      checkpoints: hangingStore(store, () => hangs),
      leaseDurationMs: 100,
      pollIntervalMs: 5,
      maxCallsPerSecond: Infinity,
      pipe: (records) => records.pipe(block, checkpoint()),
    });
    clock.pass(1_000);
    hangs = true;
    // The last renewal is up to 33 ms ago: the lease lasts for another 57 to 90 ms.
    clock.pass(50);
    put(shard(0), ...numbered(5));
    clock.pass(10);

    expect(reader.delivered).to.deep.equal(['0', '1']);
  });
});
