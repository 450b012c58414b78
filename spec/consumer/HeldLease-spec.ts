import { expect } from 'chai';
import fc from 'fast-check';
import { defer, from, map, mergeMap, NEVER, type Observable, of, tap, throwError, timer } from 'rxjs';
import type { CheckpointStore } from '../../src/checkpoint/CheckpointStore.ts';
import type { Checkpoint, Lease } from '../../src/checkpoint/Lease.ts';
import { memoryCheckpoints } from '../../src/checkpoint/memoryCheckpoints.ts';
import { checkFromKinesisOptions } from '../../src/consumer/checkFromKinesisOptions.ts';
import { HeldLease } from '../../src/consumer/HeldLease.ts';
import { CheckpointStoreError } from '../../src/errors/CheckpointStoreError.ts';
import { LeaseLostError } from '../../src/errors/LeaseLostError.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import { VirtualClock } from '../support/VirtualClock.ts';
import { leaseFor } from './leaseFor.ts';

const at = (number: number): Checkpoint => ({ sequenceNumber: String(number), subSequenceNumber: 0 });

function hold(change: (store: CheckpointStore, clock: VirtualClock) => Partial<CheckpointStore> = () => ({})) {
  const clock = new VirtualClock();
  const memory = memoryCheckpoints();
  const store = { ...memory, ...change(memory, clock) };
  (memory.create('orders', [leaseFor('a')]) as Observable<unknown>).subscribe();
  const take = (workerId: string) => {
    let current: readonly Lease[] = [];
    (memory.leases('orders') as Observable<readonly Lease[]>).subscribe((leases) => (current = leases));
    let answer: Lease | undefined;
    const taking = memory.take(current[0]!, { workerId, token: `${workerId} ${clock.now()}` });
    (taking as Observable<Lease | undefined>).subscribe((lease) => (answer = lease));
    return answer!;
  };
  const taken = take('me');
  const client = new FakeKinesis({ scheduler: clock });
  const settings = checkFromKinesisOptions('orders', {
    checkpoints: store,
    scheduler: clock,
    random: () => 0.5,
    leaseDurationMs: 9_000,
  })(client);
  const held = new HeldLease(taken, clock.now(), settings);
  const ends: string[] = [];
  held.ended.subscribe((end) => ends.push(end));
  return { clock, held, ends, take };
}

describe('HeldLease', () => {
  it('should renew every third of its duration, and stay valid', () => {
    const { clock, held, ends } = hold();
    held.keepAlive(() => undefined).subscribe();
    const before = held.lease.counter;
    clock.pass(90_000);
    expect(held.lease.counter - before).to.equal(30);
    expect(held.validUntilMs).to.be.above(clock.now());
    expect(ends).to.deep.equal([]);
  });

  it('should expire at nine tenths of its duration after the last proof was asked for', () => {
    const { clock, held, ends } = hold(() => ({ renew: () => NEVER }));
    held.keepAlive(() => undefined).subscribe();
    clock.pass(8_099);
    expect(ends).to.deep.equal([]);
    clock.pass(1);
    expect(ends).to.deep.equal(['expired']);
    expect(held.validUntilMs).to.equal(-Infinity);
    clock.pass(60_000);
    expect(clock.pending).to.equal(0);
  });

  it('should count the proof from when it was asked for, not from the answer', () => {
    const { clock, held } = hold((store, time) => ({
      renew: (lease) => timer(2_000, time).pipe(map(() => renewed(store, lease))),
    }));
    held.keepAlive(() => undefined).subscribe();
    const startMs = clock.now();
    clock.pass(5_100);
    expect(held.validUntilMs).to.equal(startMs + 3_000 + 8_100);
  });

  it('should stay valid while every renewal is answered later than the next is sent', () => {
    const { clock, held, ends } = hold((store, time) => ({
      renew: (lease) => timer(4_000, time).pipe(map(() => renewed(store, lease))),
    }));
    const told: number[] = [];
    held.keepAlive((_, attempt) => told.push(attempt)).subscribe();
    clock.pass(90_000);
    expect(ends).to.deep.equal([]);
    expect(told.length).to.be.above(10);
    expect(held.validUntilMs).to.be.above(clock.now());
  });

  it('should renew while a checkpoint hangs', () => {
    const { clock, held, ends } = hold(() => ({ checkpoint: () => NEVER }));
    held.keepAlive(() => undefined).subscribe();
    for (let write = 0; write < 4; write += 1) held.checkpoint(() => at(5)).subscribe({ error: () => undefined });
    clock.pass(12_000);
    expect(ends).to.deep.equal([]);
  });

  it('should send the first renewal a third of the lease after the take was asked for, however late it was answered', () => {
    const { clock, held } = hold();
    clock.pass(2_500);
    const before = held.lease.counter;
    held.keepAlive(() => undefined).subscribe();
    clock.pass(500);
    expect(held.lease.counter).to.equal(before + 1);
  });

  it('should be released, and not lost, where a renewal on its way meets the release', () => {
    const { clock, held, ends } = hold((store, time) => ({
      renew: (lease) => timer(1_000, time).pipe(map(() => renewed(store, lease))),
      release: (lease) => from(store.release(lease)).pipe(mergeMap((free) => timer(2_000, time).pipe(map(() => free)))),
    }));
    held.keepAlive(() => undefined).subscribe();
    clock.pass(3_500);
    held.release().subscribe();
    clock.pass(5_000);
    expect(ends).to.deep.equal(['released']);
  });

  it('should take the answer to a release that came when nobody waited for it any more', () => {
    const { clock, held, ends } = hold((store, time) => ({
      release: (lease) => timer(4_000, time).pipe(mergeMap(() => store.release(lease))),
    }));
    const errors: unknown[] = [];
    held.release().subscribe({ error: (error: unknown) => errors.push(error) });
    clock.pass(3_000);
    expect(errors).to.have.lengthOf(1);
    clock.pass(1_000);
    expect(ends).to.deep.equal(['released']);
  });

  it('should renew again after a failure, and tell of it (pitfall 24)', () => {
    let failures = 2;
    const told: number[] = [];
    const { clock, held, ends } = hold((store) => ({
      renew: (lease) =>
        defer(() =>
          failures-- > 0
            ? throwError(() => new CheckpointStoreError('busy', { retryable: true }))
            : of(renewed(store, lease)),
        ),
    }));
    held.keepAlive((_, attempt) => told.push(attempt)).subscribe();
    clock.pass(20_000);
    expect(told).to.deep.equal([1, 2]);
    expect(ends).to.deep.equal([]);
  });

  it('should end as lost when somebody else has it, and write nothing then', () => {
    const { clock, held, ends, take } = hold();
    take('you');
    const errors: unknown[] = [];
    held.checkpoint(() => at(5)).subscribe({ error: (error: unknown) => errors.push(error) });
    held.checkpoint(() => at(6)).subscribe({ error: (error: unknown) => errors.push(error) });
    clock.pass(10);
    expect(errors).to.have.lengthOf(2);
    for (const error of errors) expect(error).to.be.instanceOf(LeaseLostError);
    expect(ends).to.deep.equal(['lost']);
    expect(take('me').checkpoint).to.equal('TRIM_HORIZON');
  });

  it('should release once, and complete without a call when it is over', () => {
    let releases = 0;
    const { clock, held, ends } = hold((store) => ({
      release: (lease) => {
        releases += 1;
        return store.release(lease);
      },
    }));
    held.release().subscribe();
    held.release().subscribe();
    clock.pass(10);
    expect(releases).to.equal(1);
    expect(ends).to.deep.equal(['released']);
    expect(held.isReleased).to.equal(true);
  });

  it('should tell who asks for it', () => {
    const { clock, held } = hold((store) => ({
      renew: (lease) => of({ ...renewed(store, lease), nextOwner: 'you' }),
    }));
    const asked: string[] = [];
    held.requested.subscribe((workerId) => asked.push(workerId));
    held.keepAlive(() => undefined).subscribe();
    clock.pass(20_000);
    expect(asked).to.deep.equal(['you']);
  });

  it('should write one thing after the other, never back, whatever the store takes for each', () => {
    const step = fc.record({ waitMs: fc.nat({ max: 30 }), number: fc.integer({ min: 1, max: 50 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), fc.infiniteStream(fc.nat({ max: 40 })), (steps, durations) => {
        let running = 0;
        const stored: number[] = [];
        const { clock, held } = hold((store, time) => ({
          checkpoint: (lease, checkpoint) =>
            defer(() => {
              running += 1;
              expect(running).to.equal(1);
              return timer(Number(durations.next().value), time).pipe(
                mergeMap(() => store.checkpoint(lease, checkpoint)),
                tap((written) => {
                  running -= 1;
                  stored.push(Number((written!.checkpoint as { sequenceNumber: string }).sequenceNumber));
                }),
              );
            }),
        }));
        let answers = 0;
        for (const { waitMs, number } of steps) {
          clock.pass(waitMs);
          held.checkpoint(() => at(number)).subscribe({ complete: () => (answers += 1) });
        }
        clock.pass(2_000);
        expect(answers).to.equal(steps.length);
        expect(stored).to.deep.equal(stored.toSorted((a, b) => a - b));
        if (steps.length > 0) expect(stored.at(-1)).to.equal(Math.max(...steps.map(({ number }) => number)));
      }),
      { numRuns: 200 },
    );
  });
});

function renewed(store: CheckpointStore, lease: Lease): Lease {
  let answer: Lease | undefined;
  (store.renew(lease) as Observable<Lease | undefined>).subscribe((written) => (answer = written));
  return answer!;
}
