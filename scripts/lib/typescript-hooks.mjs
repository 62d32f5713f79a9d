// Module hooks that let a script import the TypeScript of a lib without a build: `register('./lib/typescript-hooks.mjs', import.meta.url)`.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = new URL('../../', import.meta.url);
const COMPILER_OPTIONS = {
  module: ts.ModuleKind.ESNext,
  target: ts.ScriptTarget.ES2022,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
};

/** `@beamline/<lib>` is its index, `./x.js` is `./x.ts` where only that exists. */
export async function resolve(specifier, context, nextResolve) {
  const [, lib, core] = /^@beamline\/([^/]+)(\/core)?$/.exec(specifier) ?? [];
  if (lib !== undefined) {
    const path = `libs/${lib}/src/${core === undefined ? '' : 'core/'}index.ts`;
    return { url: new URL(path, ROOT).href, shortCircuit: true };
  }
  if (specifier.startsWith('.') && specifier.endsWith('.js')) {
    const url = new URL(specifier.replace(/js$/, 'ts'), context.parentURL);
    if (existsSync(url)) return { url: url.href, shortCircuit: true };
  }
  return nextResolve(specifier, context);
}

export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context);
  const text = readFileSync(fileURLToPath(url), 'utf8');
  const { outputText } = ts.transpileModule(text, { compilerOptions: COMPILER_OPTIONS });
  return { format: 'module', source: outputText, shortCircuit: true };
}
