import { expect } from 'chai';
import { nameCause, nameRecord } from '../../src/internal/nameRecord.ts';

describe('nameRecord', () => {
  const record = { streamName: 'orders', shardId: 'shardId-1', sequenceNumber: '7', subSequenceNumber: 0 };

  it('should say where the record is', () => {
    expect(nameRecord(record)).to.equal('record 7 of shard shardId-1 of stream orders');
  });

  it('should say where the record is in an aggregate', () => {
    expect(nameRecord({ ...record, subSequenceNumber: 2 })).to.equal(
      'record 7 (number 2 in its aggregate) of shard shardId-1 of stream orders',
    );
  });
});

describe('nameCause', () => {
  it('should say what was thrown, whatever it was', () => {
    expect(nameCause(new RangeError('too far'))).to.equal('RangeError: too far');
    expect(nameCause('text')).to.equal('text');
    expect(nameCause(undefined)).to.equal('undefined');
    expect(nameCause(Object.create(null))).to.equal('something that has no text');
  });
});
