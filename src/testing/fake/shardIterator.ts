import type { FakeService } from './FakeService.ts';
import { type FakeShard, shardIdOf } from './FakeShard.ts';
import type { FakeStream } from './FakeStream.ts';

/** What a shard iterator says. */
export interface ShardIterator {
  readonly writtenAt: number;
  readonly streamName: string;
  /** Undefined once the stream that it was made for is gone. */
  readonly stream: FakeStream | undefined;
  readonly generation: number;
  readonly shardIndex: number;
  readonly shardName: string;
  /** The index in the shard's log to read from. */
  readonly position: number;
}

export function writeIterator(service: FakeService, stream: FakeStream, shard: FakeShard, position: number): string {
  return service.tokens.write('iterator', [
    service.now,
    stream.name,
    stream.createdAt,
    stream.iteratorGeneration,
    shard.index,
    position,
  ]);
}

/** Reads an iterator; undefined for what the service has not written. */
export function readIterator(service: FakeService, iterator: string): ShardIterator | undefined {
  const fields = service.tokens.read('iterator', iterator);
  if (!fields) return undefined;
  const streamName = fields[1] ?? '';
  const [writtenAt, , createdAt, generation, shardIndex, position] = fields.map(Number) as number[] & {
    length: 6;
  } as unknown as [number, number, number, number, number, number];
  const found = service.find(streamName);
  return {
    writtenAt,
    streamName,
    stream: found?.createdAt === createdAt ? found : undefined,
    generation,
    shardIndex,
    shardName: shardIdOf(shardIndex),
    position,
  };
}
