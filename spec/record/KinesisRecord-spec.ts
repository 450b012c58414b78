import { expect } from 'chai';
import type { Delivery } from '../../src/record/Delivery.ts';
import { KinesisRecord } from '../../src/record/KinesisRecord.ts';
import { recordFactory } from '../../src/testing/recordFactory.ts';

function delivered() {
  const calls: string[] = [];
  const note = (what: string) => (index: number) => void calls.push(`${what} ${index}`);
  const delivery: Delivery = {
    origin: recordFactory()(undefined).origin,
    settle: note('settle'),
    settleThrough: note('settleThrough'),
    hold: note('hold'),
    unhold: note('unhold'),
    deliveredMs: () => undefined,
  };
  const record = new KinesisRecord(recordFactory()(undefined, { sequenceNumber: '7' }), 'a', delivery, 3);
  return { record, calls, delivery };
}

describe('KinesisRecord', () => {
  it('should tell its delivery what became of it', () => {
    const { record, calls } = delivered();
    record.hold();
    record.unhold();
    record.settle();
    record.settleThrough();
    expect(calls).to.deep.equal(['hold 3', 'unhold 3', 'settle 3', 'settleThrough 3']);
  });

  it('should be the same record with other data', () => {
    const { record, calls, delivery } = delivered();
    const other = record.withData(5);
    expect(other).to.include({ data: 5, sequenceNumber: '7', partitionKey: 'key' });
    expect(Object.assign({}, other, { data: 'a' })).to.deep.equal(Object.assign({}, record));
    expect(other.origin).to.equal(delivery.origin);
    other.settle();
    expect(calls).to.deep.equal(['settle 3']);
  });

  it('should show what it carries and nothing of its delivery', () => {
    expect(Object.keys(delivered().record)).to.have.members([
      'streamName',
      'shardId',
      'sequenceNumber',
      'subSequenceNumber',
      'partitionKey',
      'explicitHashKey',
      'approximateArrivalTimestamp',
      'encryptionType',
      'millisBehindLatest',
      'data',
    ]);
  });
});
