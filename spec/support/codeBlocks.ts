import { posix } from 'node:path';
import ts from 'typescript';
import { compilerOptions, read, root } from './project.ts';

/** A piece of TypeScript in a document or a doc comment. */
export interface CodeBlock {
  readonly path: string;
  /** The line of `path` that the first line of `code` is on, from 1. */
  readonly line: number;
  readonly code: string;
  /** Code that readers need not see, such as a declaration of their own function; from a comment `<!-- given … -->` right before the block. */
  readonly given: string;
  /** The part that need not import what the ambient modules export. */
  readonly unimported: string;
}

const FENCE = /^( *)(`{3,})([^`\s]*)(.*)\n([\s\S]*?)^\1\2[ \t]*$/gm;
const GIVEN = /<!--\s*given\s((?:(?!-->)[\s\S])*)-->\s*$/;

/** The blocks of a document that are marked `ts`, and its files. One marked `ts no-check` is left out. */
export function codeBlocksOfMarkdown(path: string): CodeBlock[] {
  const text = read(path);
  const alone = [...text.matchAll(FENCE)]
    .filter(([, , , language, rest]) => language === 'ts' && !/\bno-check\b|\bfile=/.test(rest!))
    .map((match) => {
      const given = GIVEN.exec(text.slice(0, match.index))?.[1]?.trim() ?? '';
      const code = outdented(match[5]!, match[1]!);
      return { path, line: lineAt(text, match.index) + 1, code, given, unimported: given };
    });
  const files = [...filesInMarkdown(path).values()].map((code) => ({ path, line: 1, code, given: '', unimported: '' }));
  return [...alone, ...files];
}

/** The files that a document has its reader put together, of all blocks marked `ts file=NAME`; each line where it is in the document. */
export function filesInMarkdown(path: string): Map<string, string> {
  const text = read(path);
  const files = new Map<string, string>();
  for (const match of text.matchAll(FENCE)) {
    const name = match[3] === 'ts' ? /\bfile=(\S+)/.exec(match[4]!)?.[1] : undefined;
    if (name === undefined) continue;
    const before = files.get(name) ?? '';
    const gap = '\n'.repeat(lineAt(text, match.index) + 1 - lineAt(before, before.length));
    files.set(name, before + gap + outdented(match[5]!, match[1]!));
  }
  return files;
}

/** The first block of a document in that language. */
export function firstBlockOfMarkdown(path: string, language: string): string {
  const match = [...read(path).matchAll(FENCE)].find((each) => each[3] === language);
  if (!match) throw new Error(`${path} has no block marked ${language}`);
  return outdented(match[5]!, match[1]!);
}

/** A file as a block. */
export function codeOfFile(path: string): CodeBlock {
  return { path, line: 1, code: read(path), given: '', unimported: '' };
}

/** The lines of a document's blocks that are marked `text`: what is printed. */
export function textsOfMarkdown(path: string): string[] {
  return [...read(path).matchAll(FENCE)]
    .filter(([, , , language]) => language === 'text')
    .flatMap((match) => match[5]!.trimEnd().split('\n'));
}

/** The `@example` blocks of a source file. They need not import what this package and RxJS export. */
export function codeBlocksOfComments(path: string): CodeBlock[] {
  const text = read(path);
  return [...text.matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap((comment) => {
    const bare = comment[0].replace(/^[ \t]*\* ?/gm, '');
    return [...bare.matchAll(FENCE)]
      .filter(([, , , language]) => language === 'ts')
      .map((match) => ({
        path,
        line: lineAt(text, comment.index) + lineAt(bare, match.index),
        code: match[5]!,
        given: '',
        unimported: match[5]!,
      }));
  });
}

/** A document without its code blocks. */
export function proseOf(markdown: string): string {
  return markdown.replace(FENCE, '');
}

/** What names can be left unimported: the first module that has a name gives it. */
export type Ambient = readonly AmbientModule[];

export interface AmbientModule {
  readonly module: string;
  readonly names: ReadonlySet<string>;
  /** The names are only types. */
  readonly isTypes?: boolean;
}

/** Code that compiles by itself: what is given, and imports of those ambient names that its unimported part uses. */
function completed({ code, given, unimported }: CodeBlock, ambient: Ambient): { text: string; linesBefore: number } {
  const declared = topLevelNames(given + '\n' + code);
  const used = new Set(unimported.match(/[A-Za-z_$][\w$]*/g) ?? []);
  const imports: string[] = [];
  for (const { module, names, isTypes } of ambient) {
    const wanted = [...used].filter((name) => names.has(name) && !declared.has(name));
    for (const name of wanted) declared.add(name);
    if (wanted.length > 0) imports.push(`import ${isTypes ? 'type ' : ''}{ ${wanted.join(', ')} } from '${module}';`);
  }
  const before = [...imports, ...(given ? given.split('\n') : []), 'export {};'];
  return { text: [...before, code].join('\n'), linesBefore: before.length };
}

function topLevelNames(code: string): Set<string> {
  const names = new Set<string>();
  const add = (node: ts.Node | undefined): void => {
    if (!node) return;
    if (ts.isIdentifier(node)) names.add(node.text);
    else if (ts.isObjectBindingPattern(node) || ts.isArrayBindingPattern(node)) {
      for (const element of node.elements) if (ts.isBindingElement(element)) add(element.name);
    }
  };
  for (const statement of ts.createSourceFile('block.ts', code, ts.ScriptTarget.Latest).statements) {
    if (ts.isImportDeclaration(statement)) {
      const { name, namedBindings } = statement.importClause ?? {};
      add(name);
      if (namedBindings && ts.isNamespaceImport(namedBindings)) add(namedBindings.name);
      else for (const element of namedBindings?.elements ?? []) add(element.name);
    } else if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) add(name);
    } else add((statement as { name?: ts.Node }).name);
  }
  return names;
}

/** Compiles blocks together, each a module, and returns what is wrong with each, as `path:line: message`. */
export function compileBlocks(
  blocks: readonly CodeBlock[],
  ambient: Ambient,
  options: ts.CompilerOptions = { ...compilerOptions, ...LENIENT },
): string[] {
  const texts = new Map(
    blocks.map((block, index) => [posix.join(root, `docs/block-${index}.ts`), { block, ...completed(block, ambient) }]),
  );
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (path) => texts.has(path) || disk.fileExists(path),
    readFile: (path) => texts.get(path)?.text ?? disk.readFile(path),
    getSourceFile: (path, language, ...rest) => {
      const block = texts.get(path);
      return block ? ts.createSourceFile(path, block.text, language) : disk.getSourceFile(path, language, ...rest);
    },
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  return [...texts].flatMap(([file, { block, linesBefore }]) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(file)).map(({ start, messageText, file: where }) => {
      const line = where && start !== undefined ? where.getLineAndCharacterOfPosition(start).line - linesBefore : 0;
      return `${block.path}:${block.line + line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    }),
  );
}

/** A block shows something; it need not use all that it declares. */
const LENIENT: ts.CompilerOptions = { noUnusedLocals: false, noUnusedParameters: false };

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

function outdented(code: string, indent: string): string {
  return code.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
}
