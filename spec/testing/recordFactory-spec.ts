import { expect } from 'chai';
import { lastValueFrom } from 'rxjs';
import { comparePositions } from '../../src/record/position.ts';
import { recordFactory } from '../../src/testing/recordFactory.ts';

describe('recordFactory', () => {
  it('should make records with data and rising sequence numbers', () => {
    const make = recordFactory({ firstSequenceNumber: '98' });
    const records = ['a', 'b', 'c'].map((data) => make(data));
    expect(records.map(({ data, sequenceNumber }) => `${data}${sequenceNumber}`)).to.deep.equal(['a98', 'b99', 'c100']);
    expect(records.slice().sort(comparePositions)).to.deep.equal(records);
  });

  it('should give them the attributes of the factory, and those of the call before these', () => {
    const make = recordFactory({
      streamName: 'orders',
      shardId: 'shardId-1',
      partitionKey: 'k',
      millisBehindLatest: 7,
    });
    expect(make('a')).to.include({
      streamName: 'orders',
      shardId: 'shardId-1',
      partitionKey: 'k',
      millisBehindLatest: 7,
      subSequenceNumber: 0,
    });
    expect(make('b', { partitionKey: 'l', shardId: 'shardId-2' })).to.include({
      shardId: 'shardId-2',
      partitionKey: 'l',
    });
  });

  it('should tell which records were settled, in which order, once each', () => {
    const make = recordFactory();
    const [a, b, c] = [make('a'), make('b'), make('c')] as const;
    c.settle();
    a.withData(1).settle();
    c.settle();
    expect(make.settled).to.deep.equal([c, a]);
    expect([a, b, c].map((record) => make.isSettled(record))).to.deep.equal([true, false, true]);
    expect(make.isSettled(a.withData(2))).to.be.true;
  });

  it('should settle through a record within its shard', () => {
    const make = recordFactory({ shardId: 'shardId-1' });
    const [a, other, b, c] = [make('a'), make('x', { shardId: 'shardId-2' }), make('b'), make('c')] as const;
    b.settleThrough();
    expect([a, other, b, c].map((record) => make.isSettled(record))).to.deep.equal([true, false, true, false]);
  });

  it('should share nothing between two factories', () => {
    const [one, two] = [recordFactory(), recordFactory()];
    one('a').settle();
    two('a');
    expect(two.settled).to.be.empty;
  });

  it('should collect what operators say, and flush at once', async () => {
    const make = recordFactory();
    const { origin } = make('a');
    origin.diagnostics.emit({ type: 'ready', streamName: 'stream', shardIds: [] });
    expect(make.diagnostics.map(({ type }) => type)).to.deep.equal(['ready']);
    expect(await lastValueFrom(origin.flush(), { defaultValue: 'done' })).to.equal('done');
  });

  it('should tell which option or attribute it does not know', () => {
    expect(() => recordFactory({ stream: 'orders' } as never)).to.throw(
      TypeError,
      'recordFactory has no option "stream"',
    );
    expect(() => recordFactory({ firstSequenceNumber: 'abc' })).to.throw(
      TypeError,
      'firstSequenceNumber must be a string of decimal digits; got "abc"',
    );
    const record = recordFactory();
    expect(() => record(1, { key: 'a' } as never)).to.throw(TypeError, 'a record has no option "key"');
  });
});
