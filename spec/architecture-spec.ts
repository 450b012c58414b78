import { posix } from 'node:path';
import { expect } from 'chai';
import ts from 'typescript';
import { entryFiles, filesOf, read } from './support/project.ts';

interface Layer {
  /** The folders whose files this folder's files may import. */
  readonly imports: readonly string[];
  /** The folders that it may import types from, and nothing that runs. */
  readonly typesOnly?: readonly string[];
}

const seams = ['errors', 'internal'];
const engine = [...seams, 'aws', 'codec', 'record', 'diagnostics', 'metrics'];

/** Imports run downward. A folder may always import itself. */
const layers: Readonly<Record<string, Layer>> = {
  internal: { imports: [] },
  errors: { imports: ['internal'] },
  aws: { imports: seams },
  codec: { imports: seams },
  record: { imports: [...seams, 'codec'], typesOnly: ['diagnostics'] },
  diagnostics: { imports: [...seams, 'record'] },
  metrics: { imports: [...seams, 'record', 'diagnostics'] },
  checkpoint: { imports: [...seams, 'aws', 'record', 'diagnostics', 'metrics'] },
  consumer: { imports: [...engine, 'checkpoint'] },
  producer: { imports: engine },
  testing: { imports: [...engine, 'checkpoint', 'consumer', 'producer'] },
  cli: { imports: ['internal'], typesOnly: ['checkpoint'] },
};

/** The files that are about a subject, and so bear its name instead of an export's. */
const subjects = [
  'src/aws/hashKey.ts',
  'src/aws/limits.ts',
  'src/aws/readCalls.ts',
  'src/checkpoint/dynamodb/leaseUpdates.ts',
  'src/checkpoint/redis/leaseScripts.ts',
  'src/codec/aggregate/wireFormat.ts',
  'src/consumer/pacing.ts',
  'src/consumer/topology.ts',
  'src/diagnostics/ambient.ts',
  'src/internal/backoff.ts',
  'src/metrics/catalogue.ts',
  'src/metrics/globalCollector.ts',
  'src/record/position.ts',
];

/** Where nothing is public and files go by subject throughout. */
const subjectFolders = ['src/testing/fake/', 'src/testing/local/'];

const MAX_LINES = 350;

interface Import {
  readonly path: string;
  readonly isTypeOnly: boolean;
}

const sources = filesOf('src', '.ts');
const indexes = new Set(entryFiles.values());
const parsed = new Map(
  sources.map((path) => [path, ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true)]),
);
const importsOf = (path: string): Import[] => relativeImports(path, parsed.get(path)!);
const folderOf = (path: string): string => path.split('/')[1]!;

describe('The architecture', () => {
  it('should have a layer for each folder of src', () => {
    const folders = new Set(sources.filter((path) => path.split('/').length > 2).map(folderOf));
    expect([...folders].filter((folder) => !(folder in layers))).to.deep.equal([]);
  });

  it('should let imports run downward only', () => {
    const wrong = sources
      .filter((path) => !indexes.has(path))
      .flatMap((path) =>
        importsOf(path)
          .filter((each) => !mayImport(path, each))
          .map((each) => `${path} imports ${each.isTypeOnly ? 'a type of ' : ''}${each.path}`),
      );
    expect(wrong).to.deep.equal([]);
  });

  it('should have no cycle of imports that load code', () => {
    expect(cyclesOf(sources)).to.deep.equal([]);
  });

  it('should let nothing but the command line import an index', () => {
    const wrong = sources
      .filter((path) => folderOf(path) !== 'cli')
      .flatMap((path) => importsOf(path).map((each) => ({ path, imported: each.path })))
      .filter(({ imported }) => posix.basename(imported) === 'index.ts');
    expect(wrong).to.deep.equal([]);
  });

  it('should let an index only list names', () => {
    const wrong = sources
      .filter((path) => posix.basename(path) === 'index.ts')
      .flatMap((path) =>
        parsed
          .get(path)!
          .statements.filter((statement) => !ts.isExportDeclaration(statement) || !namesByHand(statement))
          .map((statement) => `${path}: ${statement.getText()}`),
      );
    expect(wrong).to.deep.equal([]);
  });

  it('should subclass Subscriber in src/internal/operate.ts only', () => {
    const subclassing = sources.filter((path) =>
      [...classesOf(parsed.get(path)!)].some((each) =>
        each.heritageClauses?.some((clause) => /\bextends\s+(\w+\.)?(Safe)?Subscriber\b/.test(clause.getText())),
      ),
    );
    expect(subclassing).to.deep.equal(['src/internal/operate.ts']);
  });

  it('should load nothing of node_modules that package.json does not name', () => {
    const wrong = sources.flatMap((path) =>
      moduleSpecifiers(parsed.get(path)!)
        .filter(({ name }) => !name.startsWith('.') && !name.startsWith('node:'))
        .filter(({ name }) => !declaredPackages().has(packageOf(name)))
        .map(({ name }) => `${path} imports ${name}`),
    );
    expect(wrong).to.deep.equal([]);
  });

  it(`should have no file over ${MAX_LINES} lines`, () => {
    const long = sources.filter((path) => read(path).trimEnd().split('\n').length > MAX_LINES);
    expect(long).to.deep.equal([]);
  });

  it('should name each file after what it exports', () => {
    const wrong = sources
      .filter((path) => posix.basename(path) !== 'index.ts' && path !== 'src/cli/main.ts' && !isSubject(path))
      .map((path) => ({ path, exported: exportedNames(parsed.get(path)!) }))
      .filter(({ path, exported }) => !exported.includes(posix.basename(path, '.ts')))
      .map(({ path, exported }) => `${path} exports ${exported.join(', ') || 'nothing'}`);
    expect(wrong).to.deep.equal([]);
  });

  it('should list no file as a subject without need', () => {
    const needless = subjects.filter((path) => {
      const file = parsed.get(path);
      return !file || exportedNames(file).includes(posix.basename(path, '.ts'));
    });
    expect(needless).to.deep.equal([]);
  });
});

function isSubject(path: string): boolean {
  return subjects.includes(path) || subjectFolders.some((folder) => path.startsWith(folder));
}

function mayImport(path: string, imported: Import): boolean {
  const from = folderOf(path);
  const to = folderOf(imported.path);
  if (from === to) return true;
  if (from === 'cli' && indexes.has(imported.path)) return true;
  const layer = layers[from];
  return (
    layer !== undefined &&
    (layer.imports.includes(to) || (imported.isTypeOnly && layer.typesOnly?.includes(to) === true))
  );
}

function moduleSpecifiers(file: ts.SourceFile): { name: string; isTypeOnly: boolean }[] {
  const found: { name: string; isTypeOnly: boolean }[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      found.push({ name: (node.moduleSpecifier as ts.StringLiteral).text, isTypeOnly: isTypeOnly(node) });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteral(argument)) found.push({ name: argument.text, isTypeOnly: false });
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      found.push({ name: (node.argument.literal as ts.StringLiteral).text, isTypeOnly: true });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Whether nothing of the statement is left in the JavaScript. Under `verbatimModuleSyntax` only `type` on all of it does that. */
function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

function relativeImports(path: string, file: ts.SourceFile): Import[] {
  return moduleSpecifiers(file)
    .filter(({ name }) => name.startsWith('.'))
    .map((each) => ({ path: posix.join(posix.dirname(path), each.name), isTypeOnly: each.isTypeOnly }));
}

function cyclesOf(paths: readonly string[]): string[] {
  const cycles: string[] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
    if (done.has(path) || trail.includes(path) || !parsed.has(path)) return;
    for (const each of importsOf(path)) if (!each.isTypeOnly) walk(each.path, [...trail, path]);
    done.add(path);
  };
  for (const path of paths) walk(path, []);
  return cycles;
}

function namesByHand(statement: ts.ExportDeclaration): boolean {
  return statement.exportClause !== undefined && ts.isNamedExports(statement.exportClause);
}

function* classesOf(node: ts.Node): Generator<ts.ClassLikeDeclaration> {
  if (ts.isClassLike(node)) yield node;
  for (const child of childrenOf(node)) yield* classesOf(child);
}

function childrenOf(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  return children;
}

function exportedNames(file: ts.SourceFile): string[] {
  const names: string[] = [];
  for (const statement of file.statements) {
    if (ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause)) {
      names.push(...statement.exportClause.elements.map(({ name }) => name.text));
    }
    if (!ts.canHaveModifiers(statement)) continue;
    if (!ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) continue;
    if (ts.isVariableStatement(statement)) {
      names.push(...statement.declarationList.declarations.map(({ name }) => name.getText()));
    } else if (isNamedDeclaration(statement)) {
      names.push(statement.name.text);
    }
  }
  return names;
}

function isNamedDeclaration(node: ts.Node): node is ts.DeclarationStatement & { readonly name: ts.Identifier } {
  const { name } = node as { name?: ts.Node };
  return name !== undefined && ts.isIdentifier(name);
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function declaredPackages(): Set<string> {
  const { dependencies, peerDependencies } = JSON.parse(read('package.json')) as Record<string, object | undefined>;
  return new Set([...Object.keys(dependencies ?? {}), ...Object.keys(peerDependencies ?? {})]);
}
