import { expect } from 'chai';
import { AgentHealth } from '../../../src/metrics/statsd/AgentHealth.ts';
import { DatagramSender } from '../../../src/metrics/statsd/DatagramSender.ts';
import type { StatsdCallback, StatsdTags } from '../../../src/metrics/statsd/StatsdClientLike.ts';
import { warningsDuring } from '../../diagnostics/warningsDuring.ts';

const newLine = (name: string, tags: StatsdTags = {}, rate = 1) =>
  ({ named: { name, tags }, value: 1, type: 'c', rate }) as const;

/** A sender over a transport that writes datagrams down, and calls back when the spec says so. */
function newSender({ maxBytes = 20, globalTags = [] as string[], fields = undefined as string[] | undefined } = {}) {
  const datagrams: string[] = [];
  const callbacks: StatsdCallback[] = [];
  const transport = {
    globalTags,
    ...(fields === undefined ? {} : { getDatadogExtensionFields: () => fields }),
    sendMessage(datagram: string, callback: StatsdCallback) {
      datagrams.push(datagram);
      callbacks.push(callback);
    },
    close: (callback: StatsdCallback) => void callbacks.push(callback),
  };
  return { datagrams, callbacks, sender: new DatagramSender(transport, new AgentHealth('the agent'), maxBytes) };
}

const nothing = () => undefined;

describe('DatagramSender', () => {
  it('should fill datagrams to the last byte, and part lines by newlines', () => {
    const { datagrams, sender } = newSender();
    // In UTF-8 an é takes two bytes.
    sender.send([newLine('aaaa'), newLine('ééé'), newLine('b'), newLine('c'.repeat(16)), newLine('d')], nothing);
    expect(datagrams).to.deep.equal(['aaaa:1|c\nééé:1|c', 'b:1|c', 'cccccccccccccccc:1|c', 'd:1|c']);
    expect(datagrams.map((datagram) => Buffer.byteLength(datagram))).to.deep.equal([19, 5, 20, 5]);
  });

  it('should count the newline, too', () => {
    const { datagrams, sender } = newSender();
    sender.send([newLine('aaaaaa'), newLine('bbbbbb')], nothing);
    expect(datagrams).to.deep.equal(['aaaaaa:1|c', 'bbbbbb:1|c']);
  });

  it('should send a longer line whole, by itself', () => {
    const { datagrams, sender } = newSender();
    const long = 'x'.repeat(50);
    sender.send([newLine('a'), newLine(long), newLine('b')], nothing);
    expect(datagrams).to.deep.equal(['a:1|c', `${long}:1|c`, 'b:1|c']);
  });

  it('should leave a line out that no datagram holds, and say so once, not that the agent is away', async () => {
    const { datagrams, sender } = newSender();
    let done = 0;
    const warnings = await warningsDuring(() => {
      for (let time = 0; time < 2; time += 1) {
        sender.send([newLine('x'.repeat(65_504)), newLine('y'.repeat(65_503))], () => done++);
      }
    });
    expect(datagrams.map((datagram) => datagram.slice(0, 1))).to.deep.equal(['y', 'y']);
    expect(warnings.map(({ message }) => message.slice(0, 40))).to.deep.equal([
      'A StatsD line of 65508 bytes is left out',
    ]);
  });

  it('should send no datagram for no lines', () => {
    const { datagrams, sender } = newSender();
    let done = 0;
    sender.send([], () => done++);
    expect([datagrams.length, done]).to.deep.equal([0, 1]);
  });

  it("should write the rate, the tags, the environment's tags that the series has not, and what else Datadog wants", () => {
    const { datagrams, sender } = newSender({ maxBytes: 1, globalTags: ['env:live', 'team:a'], fields: ['c:abc'] });
    sender.send([newLine('x', { env: 'test', a: 'b:c' }, 0.25), newLine('y')], nothing);
    expect(datagrams).to.deep.equal(['x:1|c|@0.25|#team:a,env:test,a:b:c|c:abc', 'y:1|c|#env:live,team:a|c:abc']);
  });

  it('should be done when all datagrams are on their way', () => {
    const { callbacks, sender } = newSender();
    let done = 0;
    sender.send([newLine('a'.repeat(20)), newLine('b'.repeat(20))], () => done++);
    callbacks[1]!(null);
    callbacks[1]!(null);
    expect(done).to.equal(0);
    callbacks[0]!(null);
    expect(done).to.equal(1);
  });

  it('should report an agent once that is away, until all of a flush reach it', async () => {
    const { callbacks, sender } = newSender();
    const lines = [newLine('a'.repeat(20)), newLine('b'.repeat(20))];
    const flush = (...errors: (Error | null)[]) => {
      sender.send(lines, nothing);
      for (const [i, callback] of callbacks.splice(0).entries()) callback(errors[i]);
    };
    const warnings = await warningsDuring(() => {
      flush(new Error('first'), null);
      flush(null, new Error('second'));
      flush(null, null);
      flush(new Error('third'), new Error('fourth'));
    });
    expect(warnings.map(({ message }) => /agent: (\w+)\./.exec(message)?.[1])).to.deep.equal(['first', 'third']);
  });
});
