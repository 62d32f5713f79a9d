#!/usr/bin/env node
// Writes docs/openapi.json from the routes of the gateway-adapter; with --check it only says whether the page is fresh.
import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import process from 'node:process';
import { format, resolveConfig } from 'prettier';

const PAGE = new URL('../docs/openapi.json', import.meta.url);

register('./lib/typescript-hooks.mjs', import.meta.url);
const { renderOpenApi } = await import('../apps/gateway-adapter/src/render-openapi.ts');
const options = (await resolveConfig(PAGE)) ?? {};
const fresh = await format(await renderOpenApi(), { ...options, parser: 'json' });

if (!process.argv.includes('--check')) {
  writeFileSync(PAGE, fresh);
  console.log('docs/openapi.json written');
} else if (textOfPage() !== fresh) {
  console.error(
    'docs/openapi.json is not what apps/gateway-adapter serves: run node scripts/generate-openapi.mjs',
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
