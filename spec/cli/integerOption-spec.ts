import { expect } from 'chai';
import { Command, CommanderError } from 'commander';
import { integerOption } from '../../src/cli/integerOption.ts';

describe('integerOption', () => {
  const read = (...args: string[]): unknown =>
    new Command()
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
      .addOption(integerOption('--records <count>', 'records to write', { min: 100, max: 5_000_000, default: 50_000 }))
      .parse(args, { from: 'user' })
      .opts().records;

  it('should read a number in the range, its ends included', () => {
    expect(['100', '2500', '5000000'].map((given) => read('--records', given))).to.deep.equal([100, 2_500, 5_000_000]);
  });

  it('should have a default', () => {
    expect(read()).to.equal(50_000);
  });

  for (const given of ['99', '5000001', '-100', '1e3', '200.5', 'many', '', ' 200', '0x100', 'Infinity']) {
    it(`should refuse ${JSON.stringify(given)}, naming the option, what was given, and the range`, () => {
      expect(() => read('--records', given)).to.throw(
        CommanderError,
        `option '--records <count>' argument '${given}' is invalid. It must be an integer from 100 to 5,000,000.`,
      );
    });
  }
});
