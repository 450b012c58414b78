import { expect } from 'chai';
import { KinesisServiceError } from '../../src/errors/KinesisServiceError.ts';
import { PutFailedError } from '../../src/errors/PutFailedError.ts';
import { Entry } from '../../src/producer/Entry.ts';
import { Lifetime } from '../../src/producer/Lifetime.ts';

const OPENED_AT = 1_000;
const TTL_MS = 500;

function start(maxAttempts = 3) {
  const lifetime = new Lifetime('orders', { ttlMs: TTL_MS, maxAttempts });
  lifetime.open(OPENED_AT);
  return lifetime;
}

function entry(arrivedAt: number, attempts = 1, kind?: 'fatal' | 'throttle') {
  const made = new Entry('a', Buffer.from('a'), 'key', undefined, 4, arrivedAt);
  made.attempts = attempts;
  if (kind) {
    made.lastError = new KinesisServiceError('said Kinesis', {
      kind,
      awsName: 'InternalFailure',
      operation: 'PutRecords',
      streamName: 'orders',
    });
  }
  return made;
}

describe('Lifetime (pitfall 40)', () => {
  it('should last ttlMs from the arrival of a record', () => {
    const lifetime = start();
    expect(lifetime.endOf(2_000)).to.equal(2_500);
    expect(lifetime.reasonToEnd(entry(2_000), 2_499)).to.be.undefined;
    expect(lifetime.reasonToEnd(entry(2_000), 2_500)).to.equal('ttlMs is 500');
  });

  it('should last ttlMs from when the stream was there, for those that came before', () => {
    const lifetime = start();
    expect([0, 999, 1_000, 1_001].map((arrivedAt) => lifetime.endOf(arrivedAt))).to.deep.equal([
      1_500, 1_500, 1_500, 1_501,
    ]);
  });

  it('should not end while the stream is not there', () => {
    const lifetime = new Lifetime('orders', { ttlMs: TTL_MS, maxAttempts: 3 });
    expect(lifetime.endOf(0)).to.equal(Infinity);
    expect(lifetime.arrivalOfLastOver(86_400_000)).to.equal(-Infinity);
    expect(lifetime.reasonToEnd(entry(0), 86_400_000)).to.be.undefined;
  });

  it('should tell those whose life is over as it tells when it ends', () => {
    const lifetime = start();
    for (let arrivedAt = 0; arrivedAt < 3_000; arrivedAt += 50) {
      for (let now = 0; now < 4_000; now += 50) {
        const isOver = arrivedAt <= lifetime.arrivalOfLastOver(now);
        if (arrivedAt <= now) expect(isOver, `${arrivedAt} ${now}`).to.equal(now >= lifetime.endOf(arrivedAt));
      }
    }
  });

  it('should end with the last attempt, and with an error that no attempt can cure', () => {
    const lifetime = start();
    expect(lifetime.reasonToEnd(entry(2_000, 2, 'throttle'), 2_000)).to.be.undefined;
    expect(lifetime.reasonToEnd(entry(2_000, 3, 'throttle'), 2_000)).to.equal('maxAttempts is 3');
    expect(lifetime.reasonToEnd(entry(2_000, 1, 'fatal'), 2_000)).to.equal('repeating the request cannot help');
    expect(start(Infinity).reasonToEnd(entry(2_000, 1_000_000, 'throttle'), 2_000)).to.be.undefined;
  });

  it('should make an error that says why, of what, and whether it may be tried again', () => {
    const lifetime = start();
    const failed = entry(2_000, 3, 'throttle');
    const error = lifetime.errorOf(failed, 2_100, undefined);
    expect(error).to.be.instanceOf(PutFailedError).and.include({ value: 'a', attempts: 3, streamName: 'orders' });
    expect(error.cause).to.equal(failed.lastError);
    expect(error.message).to.include('maxAttempts is 3');
    expect(error.retryable).to.equal(true);
    expect(lifetime.errorOf(entry(2_000, 1, 'fatal'), 2_100, undefined).retryable).to.equal(false);
  });

  it('should say of a record that was never sent that it was not', () => {
    const error = start().errorOf(entry(2_000, 0), 2_500, undefined);
    expect(error.message).to.include('ttlMs is 500').and.include('never sent');
    expect([error.cause, error.retryable]).to.deep.equal([undefined, true]);
    const obstacle = entry(2_000, 1, 'throttle').lastError;
    expect(start().errorOf(entry(2_000, 0), 2_500, obstacle).cause).to.equal(obstacle);
  });
});
