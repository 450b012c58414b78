import { expect } from 'chai';
import ts from 'typescript';
import { bare, rowsOf, sectionsOf } from './support/pages.ts';
import { entryFiles, exportsOf, sourceProgram } from './support/project.ts';

const library = exportsOf(entryFiles.get('rxjs-kinesis')!);

describe('docs/reference/records.md', () => {
  const sections = sectionsOf('docs/reference/records.md');
  const described = ['KinesisRecord', 'Position', 'PutSuccess', 'PutFailure'];

  it('should have a section for what comes out of sources and sinks', () => {
    expect([...sections.keys()]).to.have.members(described);
  });

  for (const name of described) {
    const fields = fieldsOf(typeNamed(name));
    const column = (heading: string) => rowsOf(sections.get(name) ?? '', heading);

    it(`should list the fields of ${name}, and no other, with their types`, () => {
      const types = [...fields].map(([field, { type }]) => [field, type]);
      expect([...column('type')].map(([field, type]) => [field, bare(type)])).to.have.deep.members(types);
    });

    it(`should say which fields of ${name} may be undefined, and when`, () => {
      for (const [field, { type, isOptional }] of fields) {
        const when = column('undefined').get(field) ?? '';
        if (type === 'undefined') expect(when, field).to.equal('always');
        else if (isOptional || type === 'T') expect(when, field).to.match(/^(where|outside)/);
        else expect(when, field).to.equal('never');
      }
    });
  }
});

describe('docs/reference/diagnostics.md', () => {
  const sections = sectionsOf('docs/reference/diagnostics.md');
  const events = ['ConsumerDiagnostic', 'ProducerDiagnostic'].flatMap((name) => membersOf(typeNamed(name)));
  const parts = ['TimedRecords', 'ShardSample'].map((name) => [name, typeNamed(name)] as const);
  const described = new Map([...events, ...parts]);
  const headings = ['Of readers', 'Of writers', 'What they are made of'];

  it('should have a section for each event, and for no other', () => {
    expect(events).to.have.length.above(30);
    expect([...sections.keys()]).to.have.members([...described.keys(), ...headings]);
  });

  it('should say when each comes', () => {
    const silent = [...sections].filter(([, text]) => /^\s*\|/.test(text));
    expect(silent.map(([name]) => name)).to.deep.equal([]);
  });

  for (const [name, type] of described) {
    it(`should list the fields of ${name}, and no other, and say when one is undefined`, () => {
      const fields = fieldsOf(type);
      for (const common of ['type', 'streamName']) fields.delete(common);
      const rows = rowsOf(sections.get(name) ?? '', 'what it is');
      expect([...rows.keys()]).to.have.members([...fields.keys()]);
      for (const [field, { isOptional, literals }] of fields) {
        const told = rows.get(field) ?? '';
        expect(/\bundefined\b/.test(told), `${field}: ${told}`).to.equal(isOptional);
        for (const literal of literals) expect(told, field).to.include(`\`${literal}\``);
      }
    });
  }
});

describe('docs/reference/exports.md', () => {
  const sections = sectionsOf('docs/reference/exports.md', '2');

  it('should have a section for each subpath, and for no other', () => {
    expect([...sections.keys()]).to.have.members([...entryFiles.keys()]);
  });

  for (const [module, entry] of entryFiles) {
    it(`should list the exports of ${module}, and no other, each with its kind and what it is`, () => {
      const section = sections.get(module) ?? '';
      const kinds = [...exportsOf(entry)].map(([name, symbol]) => [name, kindOf(symbol)]);
      expect([...rowsOf(section, 'kind')]).to.have.deep.members(kinds);
      const unsaid = [...rowsOf(section, 'what it is')].filter(([, told]) => told === '');
      expect(unsaid.map(([name]) => name)).to.deep.equal([]);
    });
  }
});

interface Field {
  /** Without `undefined`; what it returns, of a method. */
  readonly type: string;
  readonly isOptional: boolean;
  /** The texts that it may be, if it is one of some. */
  readonly literals: readonly string[];
}

function typeNamed(name: string): ts.Type {
  return sourceProgram().getTypeChecker().getDeclaredTypeOfSymbol(library.get(name)!);
}

/** The members of a union that are told apart by `type`, by that. */
function membersOf(union: ts.Type): (readonly [string, ts.Type])[] {
  const checker = sourceProgram().getTypeChecker();
  if (!union.isUnion()) throw new Error('A union has members');
  return union.types.map((member) => {
    const type = checker.getTypeOfSymbol(member.getProperty('type')!);
    return [(type as ts.StringLiteralType).value, member] as const;
  });
}

/** The public fields of a type, and its methods, as `name(parameters)`. */
function fieldsOf(type: ts.Type): Map<string, Field> {
  const checker = sourceProgram().getTypeChecker();
  const isPublic = (field: ts.Symbol) =>
    !field.name.startsWith('#') && !field.getJsDocTags(checker).some((tag) => tag.name === 'internal');
  return new Map(
    checker
      .getPropertiesOfType(type)
      .filter(isPublic)
      .map((field) => {
        const whole = checker.getTypeOfSymbol(field);
        const [signature] = field.flags & ts.SymbolFlags.Method ? whole.getCallSignatures() : [];
        if (signature) {
          const name = `${field.name}(${signature.parameters.map((each) => each.name).join(', ')})`;
          return [name, { type: checker.typeToString(signature.getReturnType()), isOptional: false, literals: [] }];
        }
        const types = whole.isUnion() ? whole.types : [whole];
        const isOptional = types.some((each) => (each.flags & ts.TypeFlags.Undefined) !== 0);
        const literals = types.flatMap((each) => (each.isStringLiteral() ? [each.value] : []));
        return [field.name, { type: checker.typeToString(whole).replace(' | undefined', ''), isOptional, literals }];
      }),
  );
}

function kindOf({ flags }: ts.Symbol): string {
  if (flags & ts.SymbolFlags.Class) return 'class';
  if (flags & ts.SymbolFlags.Function) return 'function';
  return flags & ts.SymbolFlags.Value ? 'constant' : 'type';
}
