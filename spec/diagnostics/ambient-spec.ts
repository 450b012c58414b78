import { expect } from 'chai';
import { NEVER } from 'rxjs';
import { type Downstream, introduce, outside, whileAmbient } from '../../src/diagnostics/ambient.ts';
import { Diagnostics } from '../../src/diagnostics/Diagnostics.ts';
import { standAt } from '../../src/diagnostics/downstreamsBelow.ts';

/** A subscriber below which there is nobody. */
const NOWHERE = {};
const sink = (streamName = 'orders') => ({ streamName, diagnostics: new Diagnostics(), stopped: NEVER });

function operators() {
  const met: string[] = [];
  const operator = (name: string): Downstream & { closed: boolean } => ({
    closed: false,
    meet: ({ streamName }) => met.push(`${name} ${streamName}`),
  });
  return { met, operator };
}

describe('ambient', () => {
  it('should introduce a party to all who are ambient, the farthest downstream first, and to nobody after that', () => {
    const { met, operator } = operators();
    whileAmbient(operator('outer'), () => whileAmbient(operator('inner'), () => introduce(sink(), {}, NOWHERE)));
    introduce(sink(), {}, NOWHERE);
    expect(met).to.deep.equal(['outer orders', 'inner orders']);
  });

  it('should leave nothing ambient when subscribing throws', () => {
    const { met, operator } = operators();
    const subscribe = () => {
      throw new Error('no');
    };
    expect(() => whileAmbient(operator('a'), subscribe)).to.throw('no');
    introduce(sink(), {}, NOWHERE);
    expect(met).to.be.empty;
  });

  it('should give the seat of a party that ended to the next of the same maker, and to no other', () => {
    const { met, operator } = operators();
    const [first, second] = [{}, {}];
    const ends = [first, second].map((maker, index) =>
      whileAmbient(operator(`tap${index}`), () => introduce(sink(), maker, NOWHERE)),
    );
    met.length = 0;
    for (const end of ends) end();
    introduce(sink(), second, NOWHERE);
    introduce(sink(), {}, NOWHERE);
    introduce(sink(), first, NOWHERE);
    expect(met).to.deep.equal(['tap1 orders', 'tap0 orders']);
  });

  it('should introduce a party to those who are below it, once, behind those who are beyond the way there', () => {
    const { met, operator } = operators();
    const [beyond, outer, inner] = [operator('beyond'), operator('outer'), operator('inner')];
    const outerPlace = {};
    const innerPlace = { destination: { destination: outerPlace } };
    standAt(outerPlace, outer);
    standAt(innerPlace, inner);
    whileAmbient(beyond, () => whileAmbient(inner, () => introduce(sink(), {}, { destination: innerPlace })));
    expect(met).to.deep.equal(['beyond orders', 'outer orders', 'inner orders']);
  });

  it('should keep a seat beside those who are ambient when it is taken', () => {
    const { met, operator } = operators();
    const maker = {};
    whileAmbient(operator('tap'), () => introduce(sink(), maker, NOWHERE))();
    met.length = 0;
    whileAmbient(operator('upstream of retry'), () => introduce(sink(), maker, NOWHERE));
    expect(met).to.deep.equal(['tap orders', 'upstream of retry orders']);
  });

  it('should introduce to nobody what is subscribed to outside of an operator, but to those below it', () => {
    const { met, operator } = operators();
    const [outer, inner] = [operator('outer'), operator('inner')];
    const start = () => introduce(sink(), {}, NOWHERE);
    whileAmbient(outer, () =>
      whileAmbient(inner, () => {
        outside(inner, start);
        outside(outer, start);
        outside(operator('stranger'), () => undefined);
        expect(met.splice(0)).to.deep.equal(['outer orders']);
        start();
      }),
    );
    expect(met).to.deep.equal(['outer orders', 'inner orders']);
  });

  it('should keep no seat for an operator that is closed', () => {
    const { met, operator } = operators();
    const [closed, open] = [operator('closed'), operator('open')];
    const maker = {};
    const leave = whileAmbient(closed, () => whileAmbient(open, () => introduce(sink(), maker, NOWHERE)));
    met.length = 0;
    leave();
    closed.closed = true;
    introduce(sink(), maker, NOWHERE);
    expect(met).to.deep.equal(['open orders']);
  });

  it('should keep no seat for those who will be found again', () => {
    const { met, operator } = operators();
    const [maker, place] = [{}, {}];
    standAt(place, operator('below'));
    introduce(sink(), maker, place)();
    introduce(sink(), maker, NOWHERE);
    expect(met).to.deep.equal(['below orders']);
  });

  it('should leave a seat once, however often it is told', () => {
    const { met, operator } = operators();
    const maker = {};
    const leave = whileAmbient(operator('tap'), () => introduce(sink(), maker, NOWHERE));
    leave();
    leave();
    met.length = 0;
    introduce(sink(), maker, NOWHERE);
    introduce(sink(), maker, NOWHERE);
    expect(met).to.deep.equal(['tap orders']);
  });
});
