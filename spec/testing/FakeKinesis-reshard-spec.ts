import { MergeShardsCommand, SplitShardCommand } from '@aws-sdk/client-kinesis';
import { expect } from 'chai';
import { awsError, FIRST, SECOND, virtualKinesis } from './virtualKinesis.ts';

const MIDDLE = String(2n ** 127n);

describe('FakeKinesis, when shards are split and merged by hand', () => {
  it('should refuse to while the stream is UPDATING, and leave no overlapping shards', () => {
    const { fake, answer, outcome, pass } = virtualKinesis({ statusMs: 500, streams: { one: {}, two: { shards: 2 } } });
    answer(new SplitShardCommand({ StreamName: 'one', ShardToSplit: FIRST, NewStartingHashKey: MIDDLE }));
    answer(new MergeShardsCommand({ StreamName: 'two', ShardToMerge: FIRST, AdjacentShardToMerge: SECOND }));

    const updating = 'not ACTIVE, instead in state UPDATING';
    expect(() => fake.split('one', FIRST)).to.throw(updating);
    expect(() => fake.merge('two', FIRST, SECOND)).to.throw(updating);
    const again = new SplitShardCommand({ StreamName: 'one', ShardToSplit: FIRST, NewStartingHashKey: MIDDLE });
    expect(awsError(outcome(again)).name).to.equal('ResourceInUseException');
    pass(500);
    const open = (stream: string) =>
      fake
        .shards(stream)
        .filter(({ SequenceNumberRange }) => SequenceNumberRange?.EndingSequenceNumber === undefined)
        .map(({ HashKeyRange }) => HashKeyRange?.StartingHashKey);
    expect(open('one')).to.deep.equal(['0', MIDDLE]);
    expect(open('two')).to.deep.equal(['0']);
  });
});
