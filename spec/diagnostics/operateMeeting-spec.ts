import { expect } from 'chai';
import {
  catchError,
  concat,
  defer,
  delay,
  type MonoTypeOperatorFunction,
  map,
  mergeMap,
  NEVER,
  Observable,
  of,
  repeat,
  retry,
  startWith,
  switchMap,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { ManualCheckpoints } from '../../src/checkpoint/ManualCheckpoints.ts';
import { fromKinesis } from '../../src/consumer/fromKinesis.ts';
import { introduce } from '../../src/diagnostics/ambient.ts';
import { Diagnostics } from '../../src/diagnostics/Diagnostics.ts';
import { operateMeeting } from '../../src/diagnostics/operateMeeting.ts';
import { tapDiagnostics } from '../../src/diagnostics/tapDiagnostics.ts';
import { inMemoryCollector } from '../../src/metrics/inMemoryCollector.ts';
import { tapMetrics } from '../../src/metrics/tapMetrics.ts';
import type { KinesisRecord } from '../../src/record/KinesisRecord.ts';
import { shard, workbench } from '../consumer/workbench.ts';
import { collectGarbage } from '../producer/collectGarbage.ts';

/** A sink as it is when it is subscribed to: it introduces itself. */
const sink = (streamName: string) =>
  new Observable<string>((subscriber) => {
    subscriber.add(introduce({ streamName, diagnostics: new Diagnostics(), stopped: NEVER }, {}, subscriber));
  });

function meeting() {
  const met: string[] = [];
  const operator = <T>(name: string) =>
    operateMeeting<T, T>((destination) => ({
      meet: ({ streamName }) => met.push(`${name} ${streamName}`),
      next: (value) => {
        destination.next(value);
      },
    }));
  return { met, operator };
}

describe('operateMeeting', () => {
  it('should meet what is subscribed to through the operator, whatever stands between', () => {
    const { met, operator } = meeting();
    sink('orders')
      .pipe(
        operator('inner'),
        mergeMap((value) => of(value)),
        operator('outer'),
      )
      .subscribe();
    expect(met).to.deep.equal(['outer orders', 'inner orders']);
  });

  it('should meet what is subscribed to later, within another operator or again, and nothing beside', () => {
    const { met, operator } = meeting();
    const { clock } = workbench();
    let attempts = 0;
    const failing = defer(() => ((attempts += 1) < 3 ? throwError(() => new Error('once')) : sink('orders')));
    timer(10, clock)
      .pipe(
        operator('above'),
        mergeMap(() => failing.pipe(operator('inner'), retry({ delay: () => timer(10, clock) }))),
        map((value) => value),
        operator('outer'),
        switchMap(() => sink('audit')),
      )
      .subscribe();
    clock.pass(100);
    sink('copies').subscribe();
    expect(met).to.deep.equal(['outer orders', 'inner orders']);
  });

  it('should not meet what is subscribed to below it, also by a source that emits at once', () => {
    const { met, operator } = meeting();
    of('a')
      .pipe(
        operator('inner'),
        mergeMap(() => sink('copies')),
        operator('outer'),
        startWith('b'),
        mergeMap(() => sink('audit')),
      )
      .subscribe();
    expect(met).to.deep.equal(['outer copies']);
  });

  it('should not meet what is subscribed to once its source has completed or failed at once', () => {
    const { met, operator } = meeting();
    const after = new Observable((subscriber) => {
      introduce({ streamName: 'copies', diagnostics: new Diagnostics(), stopped: NEVER }, {}, subscriber);
      subscriber.complete();
    });
    concat(of('a').pipe(operator('tap')), after).subscribe();
    throwError(() => new Error('no'))
      .pipe(
        operator('tap'),
        catchError(() => after),
      )
      .subscribe();
    expect(met).to.be.empty;
  });

  it('should pass on what comes later as it is', () => {
    const { operator } = meeting();
    const { clock } = workbench();
    const seen: unknown[] = [];
    concat(of('a'), of('b').pipe(delay(10, clock)))
      .pipe(operator('tap'))
      .subscribe({ next: (value) => seen.push(value), complete: () => seen.push('complete') });
    clock.pass(10);
    expect(seen).to.deep.equal(['a', 'b', 'complete']);
  });

  const operators: Record<string, () => MonoTypeOperatorFunction<KinesisRecord>> = {
    'tapDiagnostics()': () => tapDiagnostics(() => undefined),
    'tapMetrics()': () => tapMetrics(inMemoryCollector()),
    'checkpoint()': () => checkpoint(),
    'checkpoint({ when })': () => checkpoint({ when: new ManualCheckpoints() }),
    'checkpoint({ when: NEVER })': () => checkpoint({ when: NEVER }),
  };
  for (const [name, operator] of Object.entries(operators)) {
    it(`should let ${name} keep no source that has stopped while repeat() goes on`, async () => {
      const { clock, fake, put, store } = workbench();
      const origins: WeakRef<object>[] = [];
      const subscription = fromKinesis('orders', {
        client: fake,
        scheduler: clock,
        checkpoints: store,
        until: timer(5_000, clock),
      })
        .pipe(
          tap((record) => {
            origins.push(new WeakRef(record.origin));
            record.settle();
          }),
          repeat(),
          operator(),
        )
        .subscribe();
      for (let round = 0; round < 30; round += 1) {
        put(shard(0), String(round));
        clock.pass(5_000);
      }
      await collectGarbage();
      const kept = new Set(origins.flatMap((origin) => origin.deref() ?? []));
      expect(origins).to.have.lengthOf.at.least(30);
      // The last, and those that a frame or a register may still have.
      expect(kept.size).to.be.at.most(10);
      subscription.unsubscribe();
    });
  }
});
