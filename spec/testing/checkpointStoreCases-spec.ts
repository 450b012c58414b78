import { expect } from 'chai';
import { checkpointStoreCases } from '../../src/testing/checkpointStoreCases.ts';
import { NEVER } from 'rxjs';
import { Database, type Flaw, FLAWS, FlawedStore } from './FlawedStore.ts';

function casesFor(flaw: Flaw) {
  const database = new Database();
  return checkpointStoreCases((application) => new FlawedStore(database, application, flaw), {
    races: 20,
    leases: 1_001,
    passTime: (ms) => {
      database.nowMs += ms;
    },
  });
}

/** The titles of the cases that a store does not pass. */
async function failuresOf(cases: ReturnType<typeof checkpointStoreCases>): Promise<string[]> {
  const outcomes = await Promise.allSettled(cases.map(({ run }) => run()));
  return cases.filter((_, index) => outcomes[index]?.status === 'rejected').map(({ title }) => title);
}

describe('checkpointStoreCases', () => {
  for (const { title, run } of casesFor('none')) it(`${title}, and pass a store that does`, run);

  const caught = new Set<string>();
  for (const flaw of FLAWS) {
    it(`should catch a store that ${flaw}`, async () => {
      const failures = await failuresOf(casesFor(flaw));
      expect(failures).not.to.be.empty;
      for (const title of failures) caught.add(title);
    });
  }

  it('should have no case that catches none of them', () => {
    const needless = casesFor('none').filter(({ title }) => !caught.has(title) && !title.includes('changes()'));
    expect(needless.map(({ title }) => title)).to.deep.equal([]);
  });

  it('should catch a store that tells of no change', async () => {
    const database = new Database();
    const cases = checkpointStoreCases((application) =>
      Object.assign(new FlawedStore(database, application, 'none'), { changes: () => NEVER }),
    );
    expect(await failuresOf(cases)).to.deep.equal(['should tell of a release by changes(), if it has that']);
  });

  it('should be satisfied with a store that cannot put back', async () => {
    const database = new Database();
    const cases = checkpointStoreCases((application) =>
      Object.assign(new FlawedStore(database, application, 'none'), { putBack: undefined }),
    );
    expect(await failuresOf(cases)).to.deep.equal([]);
  });

  it('should catch a store that answers with nothing', async () => {
    const database = new Database();
    const cases = checkpointStoreCases((application) =>
      Object.assign(new FlawedStore(database, application, 'none'), { renew: () => [] }),
    );
    expect(await failuresOf(cases)).to.include(
      'should make the counter grow with each renewal, and change nothing else',
    );
  });

  it('should give every case a title of its own that starts with should', () => {
    const titles = casesFor('none').map(({ title }) => title);
    expect(titles.filter((title) => !title.startsWith('should '))).to.deep.equal([]);
    expect(new Set(titles)).to.have.lengthOf(titles.length);
  });

  it('should have the case about expiry only where time can pass', () => {
    const cases = checkpointStoreCases((application) => new FlawedStore(new Database(), application, 'none'));
    expect(cases).to.have.lengthOf(casesFor('none').length - 1);
  });

  it('should refuse wrong options', () => {
    const cases = (options: object) => () =>
      checkpointStoreCases(() => new FlawedStore(new Database(), '', 'none'), options);
    expect(cases({ races: 1 })).to.throw(RangeError, 'races must be an integer from 2 to 1000; got 1');
    expect(cases({ leases: 'all' })).to.throw(TypeError, 'leases must be an integer from 1 to 10000; got "all"');
  });
});
