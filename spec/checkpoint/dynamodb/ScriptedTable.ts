import { concatMap, defer, finalize, of, type Observable, throwError, timer } from 'rxjs';
import type { DynamoDbClientLike } from '../../../src/checkpoint/dynamodb/DynamoDbCheckpointsOptions.ts';
import type { VirtualClock } from '../../support/VirtualClock.ts';

type Answer = object | Error | undefined;

/** A client of a lease table, in virtual time: each call is answered after 5 ms, or as `latencyMs` says, by what `answer` says; an Error fails it. */
export class ScriptedTable implements DynamoDbClientLike {
  readonly calls: { readonly operation: string; readonly input: object; readonly atMs: number }[] = [];
  /** How many are under way, and were at the most. */
  underWay = 0;
  most = 0;
  /** Undefined: the table is there, is empty, and takes everything. */
  answer: (operation: string, input: object) => Answer = () => undefined;
  /** Of the call with this index. */
  latencyMs: (index: number) => number = () => 5;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  send(command: { readonly input: object }): Observable<unknown> {
    const operation = command.constructor.name.replace(/Command$/, '');
    const { input } = command;
    return defer(() => {
      this.calls.push({ operation, input, atMs: this.#clock.now() });
      this.underWay += 1;
      this.most = Math.max(this.most, this.underWay);
      let isOver = false;
      const over = () => {
        if (!isOver) this.underWay -= 1;
        isOver = true;
      };
      const answered = timer(this.latencyMs(this.calls.length), this.#clock).pipe(
        concatMap(() => {
          over();
          const answer = this.answer(operation, input) ?? (operation === 'DescribeTable' ? tableThatIs('ACTIVE') : {});
          return answer instanceof Error ? throwError(() => answer) : of(answer);
        }),
      );
      return answered.pipe(finalize(over));
    });
  }

  inputsOf(operation: string): readonly object[] {
    return this.calls.filter((call) => call.operation === operation).map(({ input }) => input);
  }
}

/** What DescribeTable says of a lease table. */
export const tableThatIs = (TableStatus: string) => ({
  Table: {
    TableStatus,
    KeySchema: [{ AttributeName: 'leaseKey', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'leaseKey', AttributeType: 'S' }],
  },
});
