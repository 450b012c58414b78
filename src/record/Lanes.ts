import type { KinesisRecord } from './KinesisRecord.ts';

/** Which records are processed one after the other: none, those of a partition key, or those of a shard. */
export type ProcessingOrder = 'none' | 'partitionKey' | 'shard';

/** A record on its way through {@link Lanes}. */
export class Task<T> {
  readonly record: KinesisRecord<T>;
  readonly key: string;
  /** The last task of each key of the record's stream, where there is an order to keep. */
  readonly tails: Map<string, Task<T>> | undefined;
  attempts = 0;
  /** The next of the same key: it is not ready before this one is done. */
  successor: Task<T> | undefined;
  /** The next that is ready. */
  next: Task<T> | undefined;

  constructor(record: KinesisRecord<T>, key: string, tails: Map<string, Task<T>> | undefined) {
    this.record = record;
    this.key = key;
    this.tails = tails;
  }
}

/**
 * Hands out records first come first served, but none of a key before the one ahead of it in that key is done. Keys are a stream's own.
 *
 * Each step takes constant time, however many records wait; a key is remembered only while it has records here.
 */
export class Lanes<T> {
  readonly #order: ProcessingOrder;
  readonly #tails = new Map<string, Map<string, Task<T>>>();
  /** Those that wait, and those that were taken. */
  readonly #tasks = new Set<Task<T>>();
  #first: Task<T> | undefined;
  #last: Task<T> | undefined;

  constructor(order: ProcessingOrder) {
    this.#order = order;
  }

  /** How many records were added and are not done. */
  get size(): number {
    return this.#tasks.size;
  }

  add(record: KinesisRecord<T>): void {
    if (this.#order === 'none') {
      const task = new Task(record, '', undefined);
      this.#tasks.add(task);
      this.#append(task);
      return;
    }
    const key = this.#keyOf(record);
    const tails = this.#tailsOf(record.streamName);
    const task = new Task(record, key, tails);
    const tail = tails.get(key);
    tails.set(key, task);
    this.#tasks.add(task);
    if (tail) tail.successor = task;
    else this.#append(task);
  }

  /** The next that is ready, which is then the caller's until it is given to {@link done} or {@link again}. */
  take(): Task<T> | undefined {
    const task = this.#first;
    if (!task) return undefined;
    this.#first = task.next;
    if (!this.#first) this.#last = undefined;
    task.next = undefined;
    return task;
  }

  /** Makes a task that was taken ready once more, before all others: it is older than what waits, and holds the checkpoint back. */
  again(task: Task<T>): void {
    task.next = this.#first;
    this.#first = task;
    this.#last ??= task;
  }

  /** Ends a task that was taken: the next of its key gets ready. After {@link clear} there is none. */
  done(task: Task<T>): void {
    if (!this.#tasks.delete(task)) return;
    if (task.successor) this.#append(task.successor);
    else task.tails?.delete(task.key);
  }

  /** Forgets all, and returns the records that were not done. */
  clear(): KinesisRecord<T>[] {
    const left = Array.from(this.#tasks, ({ record }) => record);
    this.#first = this.#last = undefined;
    this.#tails.clear();
    this.#tasks.clear();
    return left;
  }

  #append(task: Task<T>): void {
    if (this.#last) this.#last.next = task;
    else this.#first = task;
    this.#last = task;
  }

  #tailsOf(streamName: string): Map<string, Task<T>> {
    let tails = this.#tails.get(streamName);
    if (!tails) this.#tails.set(streamName, (tails = new Map<string, Task<T>>()));
    return tails;
  }

  /** Where a record tells no partition key, its shard's order keeps that of every key. */
  #keyOf(record: KinesisRecord<T>): string {
    return this.#order === 'shard' ? record.shardId : (record.partitionKey ?? record.shardId);
  }
}
