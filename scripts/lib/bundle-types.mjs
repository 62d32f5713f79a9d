// Bundles the types of TypeScript modules into one declaration file per door of a package.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateDtsBundle } from 'dts-bundle-generator';
import ts from 'typescript';
import { root } from './workspace.mjs';

/** Own libs whose types are written out instead of imported: they are not published. */
const OWN_LIBS = ['@beamline/contracts', '@beamline/kernel'];

/**
 * Writes `<door>.d.ts` and `<door>.d.cts` for each of `doors` (name to source path) into the folder `out`. What the door
 * `main` declares is imported from there by the others: two copies of a class would not be the same type.
 * @throws Error when the sources do not compile.
 */
export function bundleTypes(doors, main, out) {
  const names = Object.keys(doors);
  const texts = generateDtsBundle(
    names.map((name) => entryOf(doors[name])),
    { preferredConfigPath: join(root, 'tsconfig.json') },
  );
  const shared = declaredIn(texts[names.indexOf(main)]);
  for (const [index, name] of names.entries()) {
    const own = texts[index];
    const text = name === main ? own : withoutShared(own, shared, `./${main}.js`);
    writeFileSync(join(out, `${name}.d.ts`), text);
    writeFileSync(join(out, `${name}.d.cts`), text.replaceAll(`'./${main}.js'`, `'./${main}.cjs'`));
  }
}

const entryOf = (path) => ({
  filePath: join(root, path),
  libraries: { inlinedLibraries: OWN_LIBS },
  output: { noBanner: true, sortNodes: true, exportReferencedTypes: false },
});

const parse = (text) =>
  ts.createSourceFile('types.d.ts', text, ts.ScriptTarget.ESNext, /* setParentNodes */ true);

const isExported = (statement) =>
  statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;

/** Names that a module exports where it declares them. */
function declaredIn(text) {
  return new Set(parse(text).statements.filter(isExported).flatMap(namesOf));
}

function namesOf(statement) {
  if (statement.name) return [statement.name.text];
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.map(({ name }) => name.text);
}

/** The module without what `from` declares as well: that is imported, and exported again where the module exported it. */
function withoutShared(text, shared, from) {
  const source = parse(text);
  const isShared = (statement) => {
    const names = namesOf(statement);
    return names.length > 0 && names.every((name) => shared.has(name));
  };
  const [imports, others] = partition(source.statements, ts.isImportDeclaration);
  const [theirs, own] = partition(others, isShared);
  const used = wordsOf(own.map((statement) => statement.getText(source)).join('\n'));
  const needed = theirs.flatMap(namesOf).filter((name) => used.has(name));
  const again = theirs.filter(isExported).flatMap(namesOf);
  const head = [
    ...imports.map((one) => onlyUsed(one, used, source)),
    listed('import', needed, from),
    listed('export', again, from),
  ];
  const body = own.map((statement) => statement.getFullText(source)).join('');
  return `${head.filter((line) => line !== undefined).join('\n')}\n${body}\n`;
}

function listed(keyword, names, from) {
  if (names.length === 0) return undefined;
  return `${keyword} { ${[...new Set(names)].toSorted().join(', ')} } from '${from}';`;
}

/** An import with the names that are used, or nothing when none is: its package may not be there. */
function onlyUsed(statement, used, source) {
  const bindings = statement.importClause?.namedBindings;
  if (!bindings || !ts.isNamedImports(bindings)) return statement.getText(source);
  const names = bindings.elements.filter(({ name }) => used.has(name.text));
  if (names.length === 0) return undefined;
  const list = names.map((name) => name.getText(source)).join(', ');
  return `import { ${list} } from ${statement.moduleSpecifier.getText(source)};`;
}

const wordsOf = (text) => new Set(text.match(/[\w$]+/g));

function partition(items, test) {
  return [items.filter((item) => test(item)), items.filter((item) => !test(item))];
}
