import { expect } from 'chai';
import { EMPTY, NEVER, Observable, of, range, Subject, take } from 'rxjs';
import { operate } from '../../src/internal/operate.ts';
import { marbles } from '../support/marbles.ts';

/** Emits each value twice, and notes when it is finalized. */
const twice = (finalized: string[] = []) =>
  operate<string, string>((destination) => ({
    next(value) {
      destination.next(value);
      destination.next(value);
    },
    finalize: () => finalized.push('finalized'),
  }));

describe('operate', () => {
  it(
    'should hand each value to next and pass the end on',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  a-----b----|');
      const subscription = ' ^----------!';
      const expected = '     (aa)--(bb)-|';
      expectObservable(source.pipe(twice())).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subscription);
    }),
  );

  it(
    'should complete with an empty source, and stay silent with a silent one',
    marbles(({ expectObservable }) => {
      expectObservable(EMPTY.pipe(twice())).toBe('|');
      expectObservable(NEVER.pipe(twice())).toBe('-');
    }),
  );

  it(
    'should pass the error of the source on',
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('--#').pipe(twice())).toBe('--#');
    }),
  );

  it(
    'should release the source when unsubscribed',
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const finalized: string[] = [];
      const source = cold('   ---a--');
      const unsubscription = '--!   ';
      expectObservable(source.pipe(twice(finalized)), unsubscription).toBe('-');
      expectSubscriptions(source.subscriptions).toBe('^-!');
      flush();
      expect(finalized).to.deep.equal(['finalized']);
    }),
  );

  it('should let complete and error hold back, or change, the end', () => {
    const seen: string[] = [];
    const hold = operate<string, string>((destination) => ({
      next: () => undefined,
      complete: () => destination.next('completed'),
      error(error) {
        destination.next(String(error));
        destination.complete();
      },
    }));
    const observer = { next: (value: string) => seen.push(value), complete: () => seen.push('end') };
    of('a').pipe(hold).subscribe(observer);
    expect(seen).to.deep.equal(['completed']);
    new Observable<string>((subscriber) => subscriber.error(new Error('failed'))).pipe(hold).subscribe(observer);
    expect(seen).to.deep.equal(['completed', 'Error: failed', 'end']);
  });

  it('should let go of the source at its end, even where the destination stays open', () => {
    let released = 0;
    const source = new Observable<string>((subscriber) => {
      subscriber.add(() => released++);
      subscriber.complete();
    });
    const subscription = source
      .pipe(operate<string, string>(() => ({ next: () => undefined, complete: () => undefined })))
      .subscribe();
    expect(subscription.closed).to.be.false;
    expect(released).to.equal(1);
  });

  it('should stop a synchronous source when downstream has enough', () => {
    const seen: number[] = [];
    range(1, 1_000)
      .pipe(
        operate<number, number>((destination) => ({
          next(value) {
            seen.push(value);
            destination.next(value);
          },
        })),
        take(3),
      )
      .subscribe();
    expect(seen).to.deep.equal([1, 2, 3]);
  });

  it('should finalize once, however it ends', () => {
    const ends: ((source: Subject<string>, subscription: { unsubscribe(): void }) => void)[] = [
      (source) => source.complete(),
      (source) => source.error(new Error('failed')),
      (_, subscription) => subscription.unsubscribe(),
    ];
    for (const end of ends) {
      const finalized: string[] = [];
      const source = new Subject<string>();
      const subscription = source.pipe(twice(finalized)).subscribe({ error: () => undefined });
      expect(finalized).to.be.empty;
      end(source, subscription);
      subscription.unsubscribe();
      expect(finalized).to.deep.equal(['finalized']);
    }
  });

  it('should share no state between two subscribers', () => {
    const counting = of('a', 'b').pipe(
      operate<string, number>((destination) => {
        let count = 0;
        return { next: () => destination.next(++count) };
      }),
    );
    const seen: number[] = [];
    counting.subscribe((count) => seen.push(count));
    counting.subscribe((count) => seen.push(count));
    expect(seen).to.deep.equal([1, 2, 1, 2]);
  });

  it('should error with what a handler throws, and release the source', () => {
    const throwing = (handler: 'next' | 'error' | 'complete') => () => ({
      next: () => undefined,
      [handler]: () => {
        throw new RangeError(handler);
      },
    });
    for (const handler of ['next', 'error', 'complete'] as const) {
      const caught: unknown[] = [];
      const source = new Subject<string>();
      source
        .pipe(operate<string, string>(throwing(handler)))
        .subscribe({ error: (error: unknown) => caught.push(error) });
      if (handler === 'next') source.next('a');
      if (handler === 'error') source.error(new Error('failed'));
      if (handler === 'complete') source.complete();
      expect(caught).to.have.lengthOf(1);
      expect(caught[0]).to.be.instanceOf(RangeError).with.property('message', handler);
      expect(source.observed).to.be.false;
    }
  });
});
