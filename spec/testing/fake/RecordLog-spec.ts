import { expect } from 'chai';
import { RecordLog } from '../../../src/testing/fake/RecordLog.ts';
import { collectGarbage } from '../../producer/collectGarbage.ts';

const MIB = 1024 * 1024;
const data = Buffer.alloc(64 * 1024, 1);
const RECORDS_A_MIB = MIB / data.length;

/** Puts so many MiB, one a second from `fromMs` on. */
function put(log: RecordLog, mib: number, fromMs: number): void {
  for (let n = 0; n < mib * RECORDS_A_MIB; n += 1) {
    log.append(log.next, fromMs + Math.floor(n / RECORDS_A_MIB) * 1_000, 'key', data);
  }
  log.pack();
}

const heldMib = () => process.memoryUsage().arrayBuffers / MIB;

describe('RecordLog', () => {
  it('should free the memory of what was trimmed, and keep the rest', async () => {
    const log = new RecordLog(0n);
    put(log, 100, 0);
    // Shared memory goes one collection after what holds it.
    await collectGarbage();
    await collectGarbage();
    const before = heldMib();
    log.trim(90_000);
    await collectGarbage();
    await collectGarbage();
    expect(before - heldMib()).to.be.above(80);
    expect(log.next - log.first).to.equal(10 * RECORDS_A_MIB);
    expect(log.read(log.first, log.first + 1)[0]).to.include({ arrivalMs: 90_000, partitionKey: 'key' });
  });

  it('should hold little more than what is kept while much goes through, though nobody asks for a collection', () => {
    const log = new RecordLog(0n);
    const atStart = heldMib();
    const large = Buffer.alloc(10 * MIB, 1);
    let most = 0;
    for (let time = 0; time < 500; time += 1) {
      log.append(time, time, 'key', large);
      log.trim(time - 4);
      most = Math.max(most, heldMib() - atStart);
    }
    expect(most).to.be.below(2_000);
  });
});
