import { ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { expect } from 'chai';
import { EMPTY, VirtualTimeScheduler } from 'rxjs';
import { EndlessReading } from '../../src/testing/fake/EndlessReading.ts';
import { FakeKinesis } from '../../src/testing/FakeKinesis.ts';

const MAX_CALLS = 200_000;

/** Polls once a second, until the fake throws or so many answers have come; tells how many had. */
function poll(fake: FakeKinesis, scheduler: VirtualTimeScheduler, polls = MAX_CALLS * 2) {
  let answers = 0;
  const ask = () => {
    fake.send(new ListStreamsCommand()).subscribe(() => {
      answers += 1;
      if (answers < polls) scheduler.schedule(ask, 1_000);
    });
  };
  ask();
  try {
    scheduler.flush();
    return { answers, error: undefined };
  } catch (error) {
    return { answers, error };
  }
}

describe('FakeKinesis, read without end', () => {
  it('should throw out of the flush of a virtual scheduler, and say what is missing', function () {
    this.timeout(60_000);
    const scheduler = new VirtualTimeScheduler();
    const { answers, error } = poll(new FakeKinesis({ scheduler }), scheduler);

    expect(error).to.be.instanceOf(Error).with.property('message').that.includes('the option until');
    expect(answers).to.equal(MAX_CALLS - 1);
  });

  it('should go on as long as something is put or changed', function () {
    this.timeout(60_000);
    const scheduler = new VirtualTimeScheduler();
    const fake = new FakeKinesis({ scheduler, streams: { orders: { shards: 2 } } });
    const [first, second] = fake.shards('orders').map(({ ShardId }) => ShardId!);
    const changes = [
      () => fake.put('orders', { partitionKey: 'k', data: '' }),
      () => fake.merge('orders', first!, second!),
    ];
    changes.forEach((change, index) => scheduler.schedule(change, (index + 1) * 150_000_000));
    const { answers, error } = poll(fake, scheduler, 600_000);

    expect(error).to.be.instanceOf(Error);
    expect(answers).to.be.closeTo(150_000 * 2 + MAX_CALLS, 2);
  });
});

describe('EndlessReading', () => {
  /** Reads so often, each time after so many milliseconds, and tells how often it complained. */
  const complaints = (calls: number, stepMs: number, now = { ms: 0 }) => {
    let errors = 0;
    const schedule = () => {
      errors += 1;
      return EMPTY.subscribe();
    };
    const reading = new EndlessReading({ now: () => now.ms, schedule });
    for (let call = 0; call < calls; call += 1) {
      now.ms += stepMs;
      reading.called('GetRecords');
    }
    return errors;
  };

  it('should let many calls pass that are made within an hour', () => {
    expect(complaints(MAX_CALLS * 2, 8)).to.equal(0);
    expect(complaints(MAX_CALLS * 2, 20)).to.equal(2);
  });

  it('should find nothing in real time, even when the clock of the machine is corrected by years', () => {
    const wall = Date.now;
    let steppedMs = 0;
    const reading = new EndlessReading({ now: () => Date.now(), schedule: () => expect.fail() });
    Date.now = () => wall() + steppedMs;
    try {
      for (let call = 0; call < MAX_CALLS; call += 1) {
        if (call === MAX_CALLS / 2) steppedMs = 1e12;
        reading.called('GetRecords');
      }
    } finally {
      Date.now = wall;
    }
  });
});
