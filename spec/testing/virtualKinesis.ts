import { VirtualTimeScheduler } from 'rxjs';
import type { KinesisCommand } from '../../src/aws/KinesisClientLike.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';
import type { FakeKinesisOptions } from '../../src/testing/FakeKinesisOptions.ts';
import type { CommandOutput } from '../../src/testing/FakeRecord.ts';
import { GetRecordsCommand, GetShardIteratorCommand, type GetShardIteratorCommandInput } from '@aws-sdk/client-kinesis';

export const FIRST = 'shardId-000000000000';
export const SECOND = 'shardId-000000000001';

/** A fake whose time stands still but for what a spec lets pass. */
export function virtualKinesis(options: FakeKinesisOptions = { streams: { orders: {} } }) {
  const scheduler = new VirtualTimeScheduler();
  const fake = new FakeKinesis({ scheduler, ...options });

  const pass = (ms: number) => {
    scheduler.schedule(() => undefined, ms);
    scheduler.flush();
  };

  /** The answer to a command, or the error. */
  const outcome = (command: KinesisCommand): unknown => {
    let found: unknown = 'no answer';
    fake.send(command).subscribe({ next: (output) => (found = output), error: (error: unknown) => (found = error) });
    scheduler.flush();
    return found;
  };

  /** The answer to a command that succeeds. */
  const answer = <Command extends KinesisCommand>(command: Command): CommandOutput<Command> => {
    const found = outcome(command);
    if (found instanceof Error) throw found;
    return found as CommandOutput<Command>;
  };

  const iterator = (input: Partial<GetShardIteratorCommandInput> = {}) =>
    answer(
      new GetShardIteratorCommand({
        StreamName: 'orders',
        ShardId: FIRST,
        ShardIteratorType: 'TRIM_HORIZON',
        ...input,
      }),
    ).ShardIterator;

  const read = (ShardIterator: string | undefined, Limit?: number) =>
    answer(new GetRecordsCommand({ ShardIterator, Limit }));

  return { fake, scheduler, pass, outcome, answer, iterator, read };
}

/** What an error is, as far as AWS fixes it. */
export function awsError(error: unknown): { name: string; status: number | undefined } {
  const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
  return { name, status: $metadata?.httpStatusCode };
}

export const text = (data: Uint8Array | undefined) => Buffer.from(data ?? []).toString();
