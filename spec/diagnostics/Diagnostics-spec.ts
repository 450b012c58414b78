import { expect } from 'chai';
import type { Diagnostic } from '../../src/diagnostics/Diagnostic.ts';
import { Diagnostics } from '../../src/diagnostics/Diagnostics.ts';
import { warningsDuring } from './warningsDuring.ts';

const ready: Diagnostic = { type: 'ready', streamName: 'orders', shardIds: [] };

describe('Diagnostics', () => {
  it('should tell each listener of each event, in order', () => {
    const heard: string[] = [];
    const diagnostics = new Diagnostics(({ type }) => heard.push(`own ${type}`));
    diagnostics.attach(({ type }) => heard.push(`attached ${type}`));
    diagnostics.emit(ready);
    diagnostics.emit({ ...ready, type: 'stopped', error: undefined });
    expect(heard).to.deep.equal(['own ready', 'attached ready', 'own stopped', 'attached stopped']);
  });

  it('should tell all listeners the same order, also of what one of them causes', () => {
    const heard: string[] = [];
    const diagnostics = new Diagnostics(({ streamName }) => {
      if (streamName === 'orders')
        for (const name of ['first', 'second']) diagnostics.emit({ ...ready, streamName: name });
      if (streamName === 'first') diagnostics.emit({ ...ready, streamName: 'third' });
    });
    diagnostics.attach(({ streamName }) => heard.push(streamName));
    diagnostics.emit(ready);
    diagnostics.emit({ ...ready, streamName: 'later' });
    expect(heard).to.deep.equal(['orders', 'first', 'second', 'third', 'later']);
  });

  it('should know whether anybody listens', () => {
    const diagnostics = new Diagnostics();
    expect(diagnostics.isHeard).to.be.false;
    const detach = diagnostics.attach(() => undefined);
    expect(diagnostics.isHeard).to.be.true;
    detach();
    expect(diagnostics.isHeard).to.be.false;
  });

  it('should tell a listener that is attached twice once', () => {
    let heard = 0;
    const listener = () => heard++;
    const diagnostics = new Diagnostics(listener);
    diagnostics.attach(listener);
    diagnostics.emit(ready);
    expect(heard).to.equal(1);
  });

  it('should tell a listener until it is detached as often as it was attached', () => {
    let heard = 0;
    const listener = () => heard++;
    const diagnostics = new Diagnostics();
    const [first, second] = [diagnostics.attach(listener), diagnostics.attach(listener)];
    first();
    first();
    diagnostics.emit(ready);
    expect(heard).to.equal(1);
    second();
    diagnostics.emit(ready);
    expect(heard).to.equal(1);
  });

  it('should keep its own listener when it is detached', () => {
    let heard = 0;
    const own = () => heard++;
    const diagnostics = new Diagnostics(own);
    diagnostics.attach(own)();
    diagnostics.emit(ready);
    expect(heard).to.equal(1);
  });

  it('should contain what a listener throws, report it once and call the listener on', async () => {
    let [calls, heard] = [0, 0];
    const diagnostics = new Diagnostics(() => {
      calls++;
      throw new Error('broken listener');
    });
    diagnostics.attach(() => heard++);
    const warnings = await warningsDuring(() => {
      for (let i = 0; i < 3; i++) diagnostics.emit(ready);
    });
    expect([calls, heard]).to.deep.equal([3, 3]);
    expect(warnings).to.have.lengthOf(1);
    expect(warnings[0]).to.have.property('name', 'KinesisDiagnosticsWarning');
    expect(warnings[0]).to.have.property('message').that.includes('broken listener');
  });
});
