import { DescribeStreamSummaryCommand } from '@aws-sdk/client-kinesis';
import type { CommandOutput } from '../../../src/testing/FakeRecord.ts';
import type { KinesisCommand } from '../../../src/aws/KinesisClientLike.ts';

/** Sends a command and gives its answer, or throws. */
export type Send = (command: KinesisCommand) => Promise<unknown>;

const WAIT_MS = 15;
const MAX_WAITS = 400;

/** Runs a script against one Kinesis and keeps its answers, in a form in which any two can be compared. */
export class Session {
  readonly startedAt = Date.now();
  /** By label: the answer without what is never the same twice, or the error's name. */
  readonly answers = new Map<string, unknown>();
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  async call<Command extends KinesisCommand>(
    label: string,
    command: Command,
  ): Promise<CommandOutput<Command> | undefined> {
    try {
      const output = (await this.#send(command)) as CommandOutput<Command>;
      this.answers.set(label, comparable(output));
      return output;
    } catch (error) {
      this.answers.set(label, { error: (error as Error).name });
      return undefined;
    }
  }

  async untilActive(stream: string): Promise<void> {
    await this.#until(async () => (await this.#status(stream)) === 'ACTIVE');
  }

  async untilGone(stream: string): Promise<void> {
    await this.#until(async () => (await this.#status(stream)) === 'ResourceNotFoundException');
  }

  async #status(stream: string): Promise<string> {
    try {
      const output = await this.#send(new DescribeStreamSummaryCommand({ StreamName: stream }));
      return String((output as CommandOutput<DescribeStreamSummaryCommand>).StreamDescriptionSummary?.StreamStatus);
    } catch (error) {
      return (error as Error).name;
    }
  }

  async #until(holds: () => Promise<boolean>): Promise<void> {
    for (let waits = 0; waits < MAX_WAITS; waits += 1) {
      if (await holds()) return;
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    }
    throw new Error('a condition did not come about');
  }
}

/** What differs from one Kinesis to the next and says nothing: present or absent is all that counts. */
const UNCOMPARABLE = new Set([
  'SequenceNumber',
  'StartingSequenceNumber',
  'EndingSequenceNumber',
  'ShardIterator',
  'NextShardIterator',
  'NextToken',
  'ApproximateArrivalTimestamp',
  'StreamCreationTimestamp',
  'StreamARN',
]);

/** What the API has got since the emulators were written, or may leave out at will; the unit specs look at it. */
const OPTIONAL = new Set(['$metadata', 'EncryptionType', 'MaxRecordSizeInKiB', 'StreamModeDetails', 'StreamSummaries']);

function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value)
    .filter(([key, each]) => !OPTIONAL.has(key) && each !== undefined && each !== null)
    .map(([key, each]) => [key, comparableMember(key, each)]);
  return Object.fromEntries(members);
}

function comparableMember(key: string, value: unknown): unknown {
  if (key === 'MillisBehindLatest') return value === 0 ? 'none' : 'some';
  return UNCOMPARABLE.has(key) ? `some ${key}` : comparable(value);
}
