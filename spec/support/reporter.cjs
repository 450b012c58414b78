'use strict';
const { appendFileSync } = require('node:fs');
const Mocha = require('mocha');

/**
 * The spec reporter, with the version of Node first and a line that machines read last.
 * TEST_TALLY names a file that collects the counts of several runs.
 */
module.exports = class Reporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    console.log(`Node ${process.version}`);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures } = this.stats;
      console.log(`${passes} passed, ${failures} failed`);
      if (process.env.TEST_TALLY) appendFileSync(process.env.TEST_TALLY, `${passes} ${failures}\n`);
    });
  }
};
