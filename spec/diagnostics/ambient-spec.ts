import { expect } from 'chai';
import { NEVER } from 'rxjs';
import {
  type Downstream,
  forget,
  introduce,
  outside,
  PartyMaker,
  whileAmbient,
} from '../../src/diagnostics/ambient.ts';
import { Diagnostics } from '../../src/diagnostics/Diagnostics.ts';

const sink = (streamName = 'orders') => ({ streamName, diagnostics: new Diagnostics(), stopped: NEVER });

function operators() {
  const met: string[] = [];
  const operator = (name: string): Downstream & { closed: boolean } => ({
    kind: name,
    closed: false,
    meet: ({ streamName }) => met.push(`${name} ${streamName}`),
  });
  return { met, operator };
}

describe('ambient', () => {
  it('should introduce a party to all who are ambient, the farthest downstream first, and to nobody after that', () => {
    const { met, operator } = operators();
    whileAmbient(operator('outer'), () => whileAmbient(operator('inner'), () => introduce(sink(), new PartyMaker())));
    introduce(sink(), new PartyMaker());
    expect(met).to.deep.equal(['outer orders', 'inner orders']);
  });

  it('should leave nothing ambient when subscribing throws', () => {
    const { met, operator } = operators();
    const subscribe = () => {
      throw new Error('no');
    };
    expect(() => whileAmbient(operator('a'), subscribe)).to.throw('no');
    introduce(sink(), new PartyMaker());
    expect(met).to.be.empty;
  });

  it('should give the seat of a party that ended to the next of the same maker, before one of the same stream', () => {
    const { met, operator } = operators();
    const [first, second] = [new PartyMaker(), new PartyMaker()];
    const ends = [first, second].map((maker, index) =>
      whileAmbient(operator(`tap${index}`), () => introduce(sink(), maker)),
    );
    met.length = 0;
    for (const end of ends) end();
    introduce(sink(), second);
    introduce(sink(), new PartyMaker());
    introduce(sink(), first);
    expect(met).to.deep.equal(['tap1 orders', 'tap0 orders']);
  });

  it('should give a seat to no other maker that was there before, and say so when it is guessed', () => {
    const met: string[] = [];
    const tap: Downstream = {
      kind: 'tap',
      closed: false,
      meet: (_, isGuessed) => met.push(isGuessed ? 'guessed' : 'known'),
    };
    const [own, stranger] = [new PartyMaker(), new PartyMaker()];
    whileAmbient(tap, () => introduce(sink(), own))();
    introduce(sink(), stranger);
    introduce(sink(), own)();
    introduce(sink(), new PartyMaker());
    expect(met).to.deep.equal(['known', 'known', 'guessed']);
  });

  it('should give a seat to nobody of another stream or kind', () => {
    const { met, operator } = operators();
    whileAmbient(operator('tap'), () => introduce(sink(), new PartyMaker()))();
    met.length = 0;
    introduce(sink('payments'), new PartyMaker());
    expect(met).to.be.empty;
    introduce(sink(), new PartyMaker())();
    introduce(sink(), new PartyMaker())();
    expect(met).to.deep.equal(['tap orders', 'tap orders']);
  });

  it('should give a seat to another maker that has the operators of its own that the one before had, and to none else', () => {
    const { met, operator } = operators();
    const start = (...names: string[]) =>
      names.reduceRight(
        (subscribe, name) => () => whileAmbient(operator(name), subscribe),
        () => introduce(sink(), new PartyMaker()),
      )();
    const above = operator('above retry');
    const leave = whileAmbient(operator('tap'), () => whileAmbient(above, () => introduce(sink(), new PartyMaker())));
    met.length = 0;
    leave();
    above.closed = true;
    forget(above);
    start();
    start('other');
    start('other', 'above retry');
    expect(met).to.deep.equal(['other orders', 'other orders', 'above retry orders']);
    met.length = 0;
    start('above retry');
    expect(met).to.deep.equal(['tap orders', 'above retry orders']);
  });

  it('should give a seat to another maker only if that was made in the same way', () => {
    const { met, operator } = operators();
    const [metrics, checkpoints] = [{}, {}];
    whileAmbient(operator('tap'), () => introduce(sink(), new PartyMaker({ checkpoints })))();
    met.length = 0;
    for (const options of [{}, { checkpoints, metrics }, { checkpoints: {} }, { checkpoints, other: 1 }]) {
      introduce(sink(), new PartyMaker(options))();
    }
    expect(met).to.be.empty;
    introduce(sink(), new PartyMaker({ checkpoints, metrics: undefined }));
    expect(met).to.deep.equal(['tap orders']);
  });

  it('should keep a seat beside those who are ambient when it is taken', () => {
    const { met, operator } = operators();
    const maker = new PartyMaker();
    whileAmbient(operator('tap'), () => introduce(sink(), maker))();
    met.length = 0;
    whileAmbient(operator('upstream of retry'), () => introduce(sink(), maker));
    expect(met).to.deep.equal(['tap orders', 'upstream of retry orders']);
  });

  it('should introduce to nobody what is subscribed to outside of an operator, but to those below it', () => {
    const { met, operator } = operators();
    const [outer, inner] = [operator('outer'), operator('inner')];
    const start = () => introduce(sink(), new PartyMaker());
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

  it('should keep no seat for an operator that is closed or forgotten', () => {
    const { met, operator } = operators();
    const [closed, forgotten] = [operator('closed'), operator('forgotten')];
    const leave = whileAmbient(closed, () => whileAmbient(forgotten, () => introduce(sink(), new PartyMaker())));
    met.length = 0;
    closed.closed = true;
    leave();
    forget(forgotten);
    introduce(sink(), new PartyMaker());
    expect(met).to.be.empty;
  });

  it('should leave a seat once, however often it is told', () => {
    const { met, operator } = operators();
    const leave = whileAmbient(operator('tap'), () => introduce(sink(), new PartyMaker()));
    leave();
    leave();
    met.length = 0;
    introduce(sink(), new PartyMaker());
    introduce(sink(), new PartyMaker());
    expect(met).to.deep.equal(['tap orders']);
  });
});
