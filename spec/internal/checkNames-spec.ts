import { expect } from 'chai';
import { checkNames } from '../../src/internal/checkNames.ts';

describe('checkNames', () => {
  interface Options {
    readonly checkpoints?: object;
    readonly client?: object;
  }
  const known = { client: true, checkpoints: true } as const;
  const check = (options: unknown) => checkNames<Options>(options as Options, known, 'fromKinesis');

  it('should pass known options, and none', () => {
    expect(() => check({ client: {}, checkpoints: undefined })).not.to.throw();
    expect(() => check({})).not.to.throw();
  });

  it('should name an unknown option and the known ones', () => {
    expect(() => check({ checkpoint: {} })).to.throw(
      TypeError,
      'fromKinesis has no option "checkpoint"; it has checkpoints, client',
    );
    expect(() => check({ toString: 1 })).to.throw(TypeError, 'no option "toString"');
  });

  it('should refuse what is no object', () => {
    for (const options of [null, 7, 'orders']) expect(() => check(options)).to.throw(TypeError, 'must be an object');
  });
});
