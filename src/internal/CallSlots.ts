import { Observable } from 'rxjs';

/** Lets so many Observables be subscribed to at a time; the others wait for their turn, first come, first served. */
export class CallSlots {
  readonly #waiting = new Set<() => void>();
  #free: number;

  constructor(slots: number) {
    this.#free = slots;
  }

  /** Subscribes to `call` once there is a slot, and keeps that until it ends. Unsubscribing before gives up the place in the queue. */
  run<T>(call: Observable<T>): Observable<T> {
    return new Observable((subscriber) => {
      let hasSlot = false;
      const start = () => {
        this.#free -= 1;
        hasSlot = true;
        this.#waiting.delete(start);
        call.subscribe(subscriber);
      };
      subscriber.add(() => {
        this.#waiting.delete(start);
        if (!hasSlot) return;
        this.#free += 1;
        const [next] = this.#waiting;
        next?.();
      });
      if (this.#free > 0) start();
      else this.#waiting.add(start);
    });
  }
}
