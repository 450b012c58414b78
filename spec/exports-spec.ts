import { expect } from 'chai';
import { entryFiles, exportsOf } from './support/project.ts';

/**
 * Every public name, by the specifier that it is imported from. Nothing becomes public by accident, and nothing goes unnoticed:
 * who adds or removes a name writes it here too, and in CHANGELOG.md.
 */
const publicNames: Readonly<Record<string, { readonly values: string[]; readonly types: string[] }>> = {
  'rxjs-kinesis': {
    values: [],
    types: [],
  },
  'rxjs-kinesis/testing': {
    values: [],
    types: [],
  },
};

describe('The public names', () => {
  it('should be listed for each subpath of package.json', () => {
    expect(Object.keys(publicNames)).to.have.members([...entryFiles.keys()]);
  });

  for (const [specifier, entryFile] of entryFiles) {
    it(`should be these of ${specifier}`, async () => {
      const values = Object.keys((await import(`../${entryFile}`)) as object);
      const types = [...exportsOf(entryFile).keys()].filter((name) => !values.includes(name));
      expect(sorted({ values, types })).to.deep.equal(sorted(publicNames[specifier] ?? { values: [], types: [] }));
    });
  }
});

function sorted({ values, types }: { values: string[]; types: string[] }) {
  return { values: values.toSorted(), types: types.toSorted() };
}
