import type { DemoOptions } from './DemoOptions.ts';
import { planDemo } from './planDemo.ts';

/** What is about to happen, as one line of any length. */
export function describeDemo(options: DemoOptions): string {
  const { perSecond, limitsWrites } = planDemo(options);
  const writeLimit = limitsWrites
    ? 'and 1,000 records/s written'
    : 'but none on writing, or this would take longer than you want to wait';
  const sentences = [
    `A Kinesis in this process, a stream of ${count(options.shards)} shards, and the AWS SDK in between.`,
    `${count(options.records)} records are written with toKinesis, ${count(Math.round(perSecond))} a second, and read with fromKinesis, processRecords and checkpoint.`,
    'On the way a shard is split, two are merged, one is throttled, GetRecords fails now and then, and half-way the reader crashes:',
    'another takes over from its checkpoints.',
    `The service's limits are in force for each shard: 5 reads/s and 2 MiB/s read, ${writeLimit}.`,
  ];
  return sentences.join(' ');
}

const count = (value: number) => value.toLocaleString('en-US');
