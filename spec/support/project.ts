import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';

/** The folder of package.json. */
export const root = resolve(import.meta.dirname, '../..');

/** A path from the root, with slashes. */
export function nameOf(path: string): string {
  return relative(root, path).split(sep).join('/');
}

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The files below `folder` whose names end with `ending`, as paths from the root, sorted; none where there is no such folder. */
export function filesOf(folder: string, ending: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => nameOf(join(entry.parentPath, entry.name)))
    .sort();
}

export interface Manifest {
  readonly name: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

export const manifest = JSON.parse(read('package.json')) as Manifest;

/** What an import of each subpath loads, by its specifier: `rxjs-kinesis/testing` is `src/testing/index.ts`. */
export const entryFiles: ReadonlyMap<string, string> = new Map(
  Object.entries(manifest.exports).flatMap(([subpath, target]) =>
    typeof target === 'string'
      ? []
      : [[manifest.name + subpath.slice(1), target.default.replace('./dist/', 'src/').replace(/\.js$/, '.ts')]],
  ),
);

/** The compiler's options for the whole tree. */
export const compilerOptions: ts.CompilerOptions = ts.parseJsonConfigFileContent(
  ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)).config,
  ts.sys,
  root,
).options;

let program: ts.Program | undefined;

/** `src`, compiled once for all specs that ask the compiler about it. */
export function sourceProgram(): ts.Program {
  program ??= ts.createProgram(
    filesOf('src', '.ts').map((path) => join(root, path)),
    compilerOptions,
  );
  return program;
}

/** The public names of an entry file: name to symbol, aliases resolved. Fails when the file does not exist. */
export function exportsOf(entryFile: string): Map<string, ts.Symbol> {
  const checker = sourceProgram().getTypeChecker();
  const file = sourceProgram().getSourceFile(join(root, entryFile));
  const module = file && checker.getSymbolAtLocation(file);
  if (!module) throw new Error(`${entryFile} does not exist or exports nothing`);
  return new Map(
    checker
      .getExportsOfModule(module)
      .map((symbol) => [symbol.name, symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol]),
  );
}
