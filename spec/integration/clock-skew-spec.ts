import { expect } from 'chai';
import { filter, firstValueFrom, lastValueFrom, map, Subject, take, timeout, toArray } from 'rxjs';
import { checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { memoryCheckpoints } from '../../src/checkpoint/memoryCheckpoints.ts';
import { text } from '../../src/codec/text.ts';
import { fromKinesis } from '../../src/consumer/fromKinesis.ts';
import type { Diagnostic } from '../../src/diagnostics/Diagnostic.ts';
import { monotonicScheduler } from '../../src/internal/monotonicScheduler.ts';
import { LocalKinesis } from '../../src/testing/LocalKinesis.ts';

/** A clock that is ahead of everybody's, that of the service included. */
const ahead = (ms: number) => ({
  now: () => monotonicScheduler.now() + ms,
  schedule: monotonicScheduler.schedule.bind(monotonicScheduler),
});

describe('fromKinesis, on a machine whose clock is ahead of the service', function () {
  this.timeout(30_000);
  let local: LocalKinesis;

  beforeEach(async () => {
    local = await LocalKinesis.start({ streams: { orders: {} } });
  });
  afterEach(() => local.stop());

  const put = (...data: string[]) =>
    local.fake.put(
      'orders',
      data.map((each) => ({ partitionKey: 'key', data: each })),
    );
  const options = () => ({ client: local.clientConfig, codec: text(), pollIntervalMs: 50 }) as const;

  it('should lose nothing of what is written while it is stopped, from LATEST', async () => {
    const checkpoints = memoryCheckpoints();
    const scheduler = ahead(120_000);
    const until = new Subject<void>();
    const first = fromKinesis('orders', { ...options(), checkpoints, scheduler, startAt: 'LATEST', until });
    const ended = lastValueFrom(first.pipe(checkpoint(), toArray()));
    await firstValueFrom(first.ready);
    until.next();
    expect(await ended).to.deep.equal([]);
    put('while stopped');
    const second = fromKinesis('orders', { ...options(), checkpoints, scheduler, startAt: 'LATEST' });
    const delivered = second.pipe(
      checkpoint(),
      map(({ data }) => data),
      take(1),
      timeout(10_000),
    );
    expect(await firstValueFrom(delivered)).to.equal('while stopped');
  });

  it('should begin at what is now here, and say why it waits until the service has come to it', async () => {
    const scheduler = ahead(1_500);
    const heard = new Subject<Diagnostic>();
    const source = fromKinesis('orders', {
      ...options(),
      scheduler,
      startAt: new Date(scheduler.now()),
      onDiagnostic: (event) => heard.next(event),
    });
    const refusal = firstValueFrom(heard.pipe(filter((event) => event.type === 'readFailed')));
    const delivered = firstValueFrom(source.pipe(take(1), timeout(10_000)));
    const { error } = await refusal;
    expect(error.message).to.include("The clock of this machine is ahead of the service's.");
    await firstValueFrom(source.ready);
    put('a');
    expect((await delivered).data).to.equal('a');
  });
});
