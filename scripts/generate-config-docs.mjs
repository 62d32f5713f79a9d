#!/usr/bin/env node
// Writes docs/configuration.md from the schema in libs/config; with --check it only says whether the page is fresh.
import { readFileSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import process from 'node:process';
import { format, resolveConfig } from 'prettier';

const PAGE = new URL('../docs/configuration.md', import.meta.url);

register('./lib/typescript-hooks.mjs', import.meta.url);
const { renderConfigDocs } = await import('../libs/config/src/adapters/render-docs.ts');
const options = (await resolveConfig(PAGE)) ?? {};
const fresh = await format(renderConfigDocs(), { ...options, parser: 'markdown' });

if (!process.argv.includes('--check')) {
  writeFileSync(PAGE, fresh);
  console.log('docs/configuration.md written');
} else if (textOfPage() !== fresh) {
  console.error(
    'docs/configuration.md is not what libs/config says: run node scripts/generate-config-docs.mjs',
  );
  process.exitCode = 1;
}

function textOfPage() {
  try {
    return readFileSync(PAGE, 'utf8');
  } catch {
    return '';
  }
}
