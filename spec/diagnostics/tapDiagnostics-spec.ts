import { expect } from 'chai';
import { defer, EMPTY, finalize, map, NEVER, Observable, of, range, retry, share, Subject, take } from 'rxjs';
import { introduce } from '../../src/diagnostics/ambient.ts';
import type { Diagnostic } from '../../src/diagnostics/Diagnostic.ts';
import { Diagnostics } from '../../src/diagnostics/Diagnostics.ts';
import { tapDiagnostics } from '../../src/diagnostics/tapDiagnostics.ts';
import type { KinesisRecord } from '../../src/record/KinesisRecord.ts';
import { recordFactory } from '../../src/testing/recordFactory.ts';
import { marbles } from '../support/marbles.ts';
import { warningsDuring } from './warningsDuring.ts';

const event = (name: string): Diagnostic => ({ type: 'ready', streamName: name, shardIds: [] });

/** A source that speaks from its subscription on, as ours do, and fails when it is told to. */
function speakingSource() {
  const made: Diagnostics[] = [];
  const maker = {};
  const failures = new Subject<void>();
  const source = new Observable<KinesisRecord<string>>((subscriber) => {
    const diagnostics = new Diagnostics();
    const leave = introduce({ streamName: 'orders', diagnostics, stopped: NEVER }, maker, subscriber);
    made.push(diagnostics);
    diagnostics.emit(event(`subscribed ${made.length}`));
    subscriber.add(leave);
    return failures.subscribe(() => {
      leave();
      subscriber.error(new Error('weather'));
    });
  });
  return { source, made, fail: () => failures.next() };
}

function listening() {
  const heard: string[] = [];
  return { heard, listener: (diagnostic: Diagnostic) => void heard.push(diagnostic.streamName) };
}

describe('tapDiagnostics', () => {
  it(
    'should pass what flows through as it is',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  a--b--|');
      const subscription = ' ^-----!';
      const expected = '     a--b--|';
      expectObservable(source.pipe(tapDiagnostics(() => undefined))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subscription);
    }),
  );

  it('should hear a source that is subscribed through it from the first event on', () => {
    const { heard, listener } = listening();
    const { source, made } = speakingSource();
    defer(() => source)
      .pipe(
        map((record) => record.data),
        tapDiagnostics(listener),
      )
      .subscribe();
    made[0]!.emit(event('later'));
    expect(heard).to.deep.equal(['subscribed 1', 'later']);
  });

  it(
    'should complete with an empty source, stay silent with a silent one and pass an error on',
    marbles(({ cold, expectObservable }) => {
      const tapped = tapDiagnostics<string>(() => undefined);
      expectObservable(EMPTY.pipe(tapped)).toBe('|');
      expectObservable(NEVER.pipe(tapped)).toBe('-');
      expectObservable(cold('a-#').pipe(tapped)).toBe('a-#');
    }),
  );

  it('should hear a source behind share() from the first record on that passes it', () => {
    const { heard, listener } = listening();
    const gate = new Subject<KinesisRecord<string>>();
    const shared = gate.pipe(share());
    shared.subscribe();
    const make = recordFactory();
    const subscription = shared.pipe(tapDiagnostics(listener)).subscribe();
    const { origin } = make('a');
    origin.diagnostics.emit(event('before'));
    gate.next(make('b'));
    gate.next(make('c'));
    origin.diagnostics.emit(event('after'));
    expect(heard).to.deep.equal(['after']);
    subscription.unsubscribe();
    origin.diagnostics.emit(event('unsubscribed'));
    expect(heard).to.deep.equal(['after']);
  });

  it('should hear what a source that was subscribed through it says after it is unsubscribed', () => {
    const { heard, listener } = listening();
    const source = new Observable<KinesisRecord<string>>((subscriber) => {
      const record = recordFactory()('a');
      introduce(record.origin, {}, subscriber);
      subscriber.next(record);
      return () => record.origin.diagnostics.emit(event('stopped'));
    });
    const later = source.pipe(
      tapDiagnostics(listener),
      finalize(() => heard.push('finalized')),
    );
    later.subscribe().unsubscribe();
    expect(heard).to.deep.equal(['stopped', 'finalized']);
  });

  it('should not deafen another tap of the same listener when it is unsubscribed', () => {
    const { heard, listener } = listening();
    const gate = new Subject<KinesisRecord<string>>();
    const [first, second] = [1, 2].map(() => gate.pipe(tapDiagnostics(listener)).subscribe());
    const record = recordFactory()('a');
    gate.next(record);
    first!.unsubscribe();
    record.origin.diagnostics.emit(event('still'));
    second!.unsubscribe();
    record.origin.diagnostics.emit(event('gone'));
    expect(heard).to.deep.equal(['still']);
  });

  it('should hear a source that retry() subscribes again from its first event on, at once and after a delay', () => {
    const gate = new Subject<void>();
    for (const config of [{ count: 1 }, { count: 1, delay: () => gate }]) {
      const { heard, listener } = listening();
      const { source, fail } = speakingSource();
      defer(() => source)
        .pipe(retry(config), tapDiagnostics(listener))
        .subscribe({ error: () => heard.push('failed') });
      fail();
      gate.next();
      fail();
      source.subscribe();
      expect(heard).to.deep.equal(['subscribed 1', 'subscribed 2', 'failed']);
    }
  });

  it('should hear a source whose record retry() subscribes again', () => {
    const { heard, listener } = listening();
    const makers = [recordFactory(), recordFactory()];
    let attempt = 0;
    const gate = new Subject<void>();
    const source = new Observable<KinesisRecord<string>>((subscriber) => {
      const make = makers[attempt++]!;
      subscriber.next(make('a'));
      return gate.subscribe(() => subscriber.error('again'));
    });
    source.pipe(retry(1), tapDiagnostics(listener)).subscribe();
    gate.next();
    makers[1]!('b').origin.diagnostics.emit(event('second'));
    expect(heard).to.deep.equal(['second']);
  });

  it('should hear each event once where the listener is tapped twice', () => {
    const { heard, listener } = listening();
    const make = recordFactory();
    const gate = new Subject<KinesisRecord<string>>();
    gate.pipe(tapDiagnostics(listener), tapDiagnostics(listener)).subscribe();
    const record = make('a');
    gate.next(record);
    record.origin.diagnostics.emit(event('once'));
    const { source } = speakingSource();
    source.pipe(tapDiagnostics(listener), tapDiagnostics(listener)).subscribe();
    expect(heard).to.deep.equal(['once', 'subscribed 1']);
  });

  it('should leave nothing ambient for sources that are subscribed beside it', () => {
    const { heard, listener } = listening();
    NEVER.pipe(tapDiagnostics(listener)).subscribe();
    speakingSource().source.pipe(take(1)).subscribe();
    expect(heard).to.be.empty;
  });

  it(
    'should release the source when unsubscribed',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('   a--b--|');
      const unsubscription = '-!     ';
      const expected = '      a-     ';
      expectObservable(source.pipe(tapDiagnostics(() => undefined)), unsubscription).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe('^!');
    }),
  );

  it('should stop a synchronous source when downstream has enough', () => {
    let made = 0;
    range(1, 1_000)
      .pipe(
        map(() => made++),
        tapDiagnostics(() => undefined),
        take(3),
      )
      .subscribe();
    expect(made).to.equal(3);
  });

  it('should keep what its listener throws from what flows, and report it once', async () => {
    const make = recordFactory();
    const seen: string[] = [];
    const warnings = await warningsDuring(() => {
      of(make('a'), make('b'))
        .pipe(
          tapDiagnostics(() => {
            throw new Error('broken tap');
          }),
        )
        .subscribe(({ data, origin }) => {
          origin.diagnostics.emit(event(data));
          seen.push(data);
        });
    });
    expect(seen).to.deep.equal(['a', 'b']);
    expect(warnings.map(({ message }) => message)).to.have.lengthOf(1);
    expect(warnings[0]!.message).to.include('broken tap');
  });
});
