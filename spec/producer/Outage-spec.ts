import { expect } from 'chai';
import { KinesisServiceError } from '../../src/errors/KinesisServiceError.ts';
import { Outage } from '../../src/producer/Outage.ts';

const error = new KinesisServiceError('said Kinesis', {
  kind: 'transient',
  awsName: 'InternalFailure',
  operation: 'PutRecords',
  streamName: 'orders',
});
const backoff = { initialMs: 100, maxMs: 400 };
const start = () => new Outage({ backoff, random: () => 0.5, maxInFlightRequests: 4 });
const stateOf = ({ isOn, resumesAt, maxInFlightRequests }: Outage) => [isOn, resumesAt, maxInFlightRequests];

describe('Outage', () => {
  it('should begin with the second failure in a row, and wait longer with each', () => {
    const outage = start();
    outage.failed(error, 0, 10);
    expect(stateOf(outage)).to.deep.equal([false, -Infinity, 4]);
    expect(outage.error).to.be.undefined;
    const resumptions = [100, 1_000, 2_000, 3_000].map((sentAt) => {
      outage.failed(error, sentAt, sentAt);
      return outage.resumesAt - sentAt;
    });
    expect(resumptions).to.deep.equal([50, 100, 200, 200]);
    expect(outage.maxInFlightRequests).to.equal(1);
    expect(outage.error).to.equal(error);
  });

  it('should count one of those that were under way together', () => {
    const outage = start();
    for (const now of [10, 11, 12]) outage.failed(error, 5, now);
    expect(outage.isOn).to.be.false;
    outage.failed(error, 11, 20);
    expect(stateOf(outage)).to.deep.equal([true, 70, 1]);
  });

  it('should be over with an answer', () => {
    const outage = start();
    for (const now of [10, 20, 30]) outage.failed(error, now, now);
    outage.ended();
    expect(stateOf(outage)).to.deep.equal([false, -Infinity, 4]);
    outage.failed(error, 40, 40);
    expect(outage.isOn).to.be.false;
  });

  it('should begin where more requests are refused in a row than it takes to find one record, with short waits', () => {
    const outage = start();
    for (let now = 10; now <= 100; now += 10) outage.refused(error, now, now);
    expect(stateOf(outage)).to.deep.equal([false, -Infinity, 4]);
    for (const now of [110, 200, 300]) {
      outage.refused(error, now, now);
      expect(stateOf(outage)).to.deep.equal([true, now + 50, 1]);
    }
    expect(outage.error).to.equal(error);
    outage.ended();
    expect(stateOf(outage)).to.deep.equal([false, -Infinity, 4]);
  });
});
