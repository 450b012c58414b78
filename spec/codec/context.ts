import type { CodecContext } from '../../src/codec/Codec.ts';

export const context: CodecContext = { streamName: 'orders', shardId: 'shardId-000000000000', partitionKey: 'key' };
