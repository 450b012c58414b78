import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import * as kinesis from '@aws-sdk/client-kinesis';
import { expect } from 'chai';
import * as rxjs from 'rxjs';
import ts from 'typescript';
import {
  codeBlocksOfComments,
  codeBlocksOfMarkdown,
  codeOfFile,
  compileBlocks,
  firstBlockOfMarkdown,
  proseOf,
  type Ambient,
} from './support/codeBlocks.ts';
import { bare, rowsOf, sectionsOf } from './support/pages.ts';
import { compilerOptions, entryFiles, exportsOf, filesOf, read, root, sourceProgram } from './support/project.ts';

const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...['docs', 'bench'].flatMap((folder) => filesOf(folder, '.md')),
];

const guide = 'docs/guides/getting-started.md';

describe('The code in the documents', () => {
  it('should compile in README.md and docs, each block by itself', function () {
    this.timeout(60_000);
    expect(compileBlocks(documents.flatMap(codeBlocksOfMarkdown), ambient())).to.deep.equal([]);
  });

  it('should compile in doc comments', function () {
    this.timeout(60_000);
    expect(compileBlocks(filesOf('src', '.ts').flatMap(codeBlocksOfComments), ambient())).to.deep.equal([]);
  });

  it('should compile with the tsconfig.json of the guide, whole programs and the file of the guide', function () {
    this.timeout(60_000);
    const whole = [...filesOf('docs/examples', '.ts').map(codeOfFile), ...codeBlocksOfMarkdown(guide)];
    expect(whole).to.have.length.above(5);
    expect(compileBlocks(whole, ambient(), optionsOfGuide())).to.deep.equal([]);
  });

  it('should seldom be kept from being compiled', () => {
    const kept = documents.filter((path) => /^ *```ts.*\bno-check\b/m.test(read(path)));
    expect(kept.length, kept.join(', ')).to.be.at.most(2);
  });
});

describe('The links in the documents', () => {
  for (const path of documents) {
    it(`should lead somewhere in ${path}`, () => {
      const broken = linksOf(read(path)).filter((link) => !leadsSomewhere(path, link));
      expect(broken).to.deep.equal([]);
    });
  }
});

describe('docs/reference/errors.md', () => {
  const page = 'docs/reference/errors.md';
  const errors = filesOf('src/errors', 'Error.ts').map((path) => posix.basename(path, '.ts'));

  it('should have a section for each error class, and for no other', () => {
    expect([...sectionsOf(page).keys()]).to.have.members(errors);
  });

  it('should say the cause and the remedy of each', () => {
    const without = [...sectionsOf(page)].filter(([, text]) => !/\bcause\b/i.test(text) || !/\bremedy\b/i.test(text));
    expect(without.map(([name]) => name)).to.deep.equal([]);
  });
});

describe('docs/reference/options.md', () => {
  const page = 'docs/reference/options.md';

  it('should have a section for each exported options type, and for no other', () => {
    expect([...sectionsOf(page).keys()]).to.have.members([...publicOptions().keys()]);
  });

  it('should list the fields of each, and no other', () => {
    for (const [name, fields] of publicOptions()) {
      const rows = rowsOf(sectionsOf(page).get(name) ?? '', 'default');
      expect([...rows.keys()], name).to.have.members([...fields.keys()]);
    }
  });

  it("should give each field's default, the same as its doc comment", () => {
    const wrong = [...publicOptions()].flatMap(([name, fields]) => {
      const rows = rowsOf(sectionsOf(page).get(name) ?? '', 'default');
      return [...fields].flatMap(([field, expected]) => {
        const given = bare(rows.get(field) ?? '');
        return admits(expected, given)
          ? []
          : [`${name}.${field}: the page says: ${given}; the doc comment: ${expected}`];
      });
    });
    expect(wrong).to.deep.equal([]);
  });
});

/** The guide's tsconfig.json, and what it takes to find this package in its sources rather than in node_modules. */
function optionsOfGuide(): ts.CompilerOptions {
  const json = ts.parseConfigFileTextToJson('tsconfig.json', firstBlockOfMarkdown(guide, 'json'));
  const { options, errors } = ts.parseJsonConfigFileContent(json.config, ts.sys, root);
  expect([json.error, ...errors].filter((each) => each !== undefined)).to.deep.equal([]);
  return {
    ...options,
    paths: compilerOptions.paths!,
    pathsBasePath: compilerOptions.pathsBasePath,
    allowImportingTsExtensions: true,
    noEmit: true,
  };
}

function ambient(): Ambient {
  const own = [...entryFiles].flatMap(([module, entry]) => {
    const symbols = [...exportsOf(entry)];
    const named = (isType: boolean) =>
      new Set(symbols.filter(([, { flags }]) => !(flags & ts.SymbolFlags.Value) === isType).map(([name]) => name));
    return [
      { module, names: named(false) },
      { module, names: named(true), isTypes: true },
    ];
  });
  return [
    ...own,
    { module: 'rxjs', names: new Set(Object.keys(rxjs)) },
    { module: '@aws-sdk/client-kinesis', names: new Set(Object.keys(kinesis)) },
  ];
}

/** The options types that a user can name, with what their doc comments say of each field's default. */
function publicOptions(): Map<string, Map<string, string>> {
  const symbols = new Map([...entryFiles.values()].flatMap((entry) => [...exportsOf(entry)]));
  const names = new Set(
    [...symbols]
      .filter(([name]) => name.endsWith('Options'))
      .filter(([, { declarations }]) => !declarations?.[0]?.getSourceFile().fileName.includes('/src/errors/'))
      .map(([name]) => name),
  );
  return new Map([...names].map((name) => [name, fieldsOf(name, symbols.get(name)!.declarations![0]!, names)]));
}

/** The fields of an options type, but those that it inherits from another of these types. */
function fieldsOf(name: string, declaration: ts.Declaration, others: ReadonlySet<string>): Map<string, string> {
  const checker = sourceProgram().getTypeChecker();
  const isOwn = ({ declarations }: ts.Symbol): boolean => {
    const owner = declarations?.[0]?.parent;
    return !owner || !ts.isInterfaceDeclaration(owner) || owner.name.text === name || !others.has(owner.name.text);
  };
  const isPublic = (field: ts.Symbol): boolean => !field.getJsDocTags(checker).some((tag) => tag.name === 'internal');
  return new Map(
    checker
      .getPropertiesOfType(checker.getTypeAtLocation(declaration))
      .filter((field) => isOwn(field) && isPublic(field))
      .map((field) => {
        const comment = bare(ts.displayPartsToString(field.getDocumentationComment(checker))).replace(/\s+/g, ' ');
        return [field.name, field.flags & ts.SymbolFlags.Optional ? defaultIn(comment) : 'required'];
      }),
  );
}

/** What a comment says after the word "default"; `(default)` where it says so in passing; `none` where it says nothing. */
function defaultIn(comment: string): string {
  return /\bdefault:? (.+)$/i.exec(comment)?.[1] ?? (/\(default\)/i.test(comment) ? '(default)' : 'none');
}

/** Whether the page's cell is how the comment's words begin, to the end of a word. */
function admits(comment: string, cell: string): boolean {
  if (comment === '(default)') return cell !== '' && cell !== 'none';
  return cell !== '' && comment.startsWith(cell) && /^[.,;:)]*(\s|$)/.test(comment.slice(cell.length));
}

function linksOf(markdown: string): string[] {
  const prose = proseOf(markdown).replace(/`[^`\n]*`/g, '');
  const inline = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)];
  const references = [...prose.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm)];
  return [...inline, ...references].map(([, link]) => link!).filter((link) => !/^[a-z][a-z+.-]*:/i.test(link));
}

function leadsSomewhere(path: string, link: string): boolean {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? path : posix.join(posix.dirname(path), decodeURIComponent(file));
  if (target.startsWith('..') || !existsSync(join(root, target))) return false;
  if (!anchor) return true;
  return statSync(join(root, target)).isFile() && target.endsWith('.md') && anchorsOf(read(target)).has(anchor);
}

/** The anchors that headings get: lower case, punctuation gone, spaces to hyphens, a number where one repeats. */
function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of proseOf(markdown).matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const text = heading!.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = text.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-');
    let anchor = slug;
    for (let n = 1; anchors.has(anchor); n += 1) anchor = `${slug}-${n}`;
    anchors.add(anchor);
  }
  return anchors;
}
