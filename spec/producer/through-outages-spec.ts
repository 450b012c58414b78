import { expect } from 'chai';
import { Subject } from 'rxjs';
import { text } from '../../src/codec/text.ts';
import type { PutFailedError } from '../../src/errors/PutFailedError.ts';
import type { PutResult } from '../../src/producer/PutResult.ts';
import { toKinesis } from '../../src/producer/toKinesis.ts';
import type { ToKinesisOptions } from '../../src/producer/ToKinesisOptions.ts';
import { VirtualClock } from '../support/VirtualClock.ts';
import { accepted, awsError, refused, type Script, ScriptedClient } from './ScriptedClient.ts';

const answered: Script = (entries) => entries.map((_, index) => accepted(index));
const failing: Script = () => awsError('InternalFailure', 500);
const refusing: Script = (entries) => entries.map(() => refused('InternalFailure'));

/** A writer that gets a record every 10 ms, and a service that does as `fate` says. */
function start(options: ToKinesisOptions<string> = {}) {
  const clock = new VirtualClock(0);
  const service = { fate: answered };
  const client = new ScriptedClient(clock, (entries, call) => service.fate(entries, call), 5);
  const source = new Subject<string>();
  const results: PutResult<string>[] = [];
  source
    .pipe(toKinesis('orders', { client, codec: text(), scheduler: clock, onFailure: 'emit', ...options }))
    .subscribe((result) => results.push(result));
  let count = 0;
  const write = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10) {
      source.next(`${count++}`);
      clock.pass(10);
    }
  };
  const requestsIn = (fromMs: number, toMs: number) =>
    client.requests.filter(({ at }) => at >= fromMs && at < toMs).length;
  return { clock, client, service, results, source, write, requestsIn };
}

describe('an outage', () => {
  it('should make the writer wait, longer and longer, and try with one request at a time', () => {
    const { client, service, write, requestsIn } = start({ maxInFlightRequests: 4 });
    service.fate = failing;
    write(25_000);
    // Ten a second is what 100 ms of linger would make.
    expect(requestsIn(0, 5_000)).to.be.at.most(25);
    expect(requestsIn(5_000, 25_000)).to.be.within(2, 40);
    client.maxInFlight = 0;
    write(10_000);
    expect(client.maxInFlight).to.equal(1);
  });

  it('should make no storm where it outlasts the lives of records', () => {
    const { service, results, write, requestsIn } = start();
    service.fate = failing;
    write(90_000);
    expect(requestsIn(40_000, 90_000)).to.be.at.most(100);
    expect(results.length).to.be.at.least(5_000);
    for (const { error } of results) {
      expect((error as PutFailedError).cause).to.include({ awsName: 'InternalFailure' });
    }
  });

  it('should make no storm either where requests are answered, and every record is refused', () => {
    const { service, write, requestsIn } = start();
    service.fate = refusing;
    write(60_000);
    // Ten for the new ones, and twenty for those that have waited together.
    expect(requestsIn(10_000, 20_000)).to.be.at.most(10 * 45);
    expect(requestsIn(40_000, 50_000)).to.be.at.most(10 * 45);
  });

  it('should be over with the first answer, and leave nothing behind', () => {
    const { clock, service, results, source, write, requestsIn } = start();
    service.fate = failing;
    write(20_000);
    expect(results).to.be.empty;
    service.fate = answered;
    write(10_000);
    expect(results.filter(({ error }) => error)).to.be.empty;
    // All of the backlog but what lingers.
    expect(results.length).to.be.at.least(2_980);
    expect(requestsIn(29_000, 30_000)).to.be.within(9, 12);
    source.complete();
    clock.pass(1_000);
    expect(results).to.have.lengthOf(3_000);
    expect(clock.pending).to.equal(0);
  });

  it('should not be seen in a request that fails now and then', () => {
    const { service, results, write, client } = start({ maxInFlightRequests: 4, random: () => 0.999 });
    service.fate = (entries, call) => (call % 3 === 0 ? failing : answered)(entries, call);
    write(10_000);
    expect(results.every(({ error }) => !error)).to.be.true;
    const gaps = client.requests.map(({ at }, index) => at - (client.requests[index - 1]?.at ?? at));
    expect(Math.max(...gaps.slice(1))).to.be.at.most(110);
  });

  it('should be over with an answer that is an error, too', () => {
    const { service, write, client } = start({ random: () => 0.999 });
    service.fate = (_, call) => (call % 2 === 0 ? awsError('InternalFailure', 500) : awsError('AccessDeniedException'));
    write(10_000);
    const gaps = client.requests.map(({ at }, index) => at - (client.requests[index - 1]?.at ?? at));
    expect(Math.max(...gaps.slice(1))).to.be.at.most(110);
  });

  it('should not keep a stream alive that cannot be cured', () => {
    const { service, results, write } = start();
    service.fate = () => awsError('AccessDeniedException');
    write(5_000);
    // Each fails with the answer to its request.
    expect(results.length).to.be.at.least(480);
  });
});
