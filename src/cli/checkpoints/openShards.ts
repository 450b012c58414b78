import { type KinesisClient, ListShardsCommand, type ListShardsCommandInput } from '@aws-sdk/client-kinesis';

/** The shards of a stream that take writes: those without an ending sequence number. */
export async function openShards(client: KinesisClient, streamName: string): Promise<ReadonlySet<string>> {
  const open = new Set<string>();
  let page: ListShardsCommandInput | undefined = { StreamName: streamName };
  while (page) {
    const { Shards = [], NextToken }: Awaited<ReturnType<typeof list>> = await list(client, page);
    for (const { ShardId = '', SequenceNumberRange: range } of Shards) {
      if (range?.EndingSequenceNumber === undefined) open.add(ShardId);
    }
    page = NextToken === undefined ? undefined : { NextToken };
  }
  return open;
}

const list = (client: KinesisClient, page: ListShardsCommandInput) => client.send(new ListShardsCommand(page));
