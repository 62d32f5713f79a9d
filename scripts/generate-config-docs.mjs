#!/usr/bin/env node
// Writes docs/configuration.md from the schema in libs/config; with --check it only says whether the page is fresh.
import { register } from 'node:module';
import { keepPage } from './lib/generated-page.mjs';

register('./lib/typescript-hooks.mjs', import.meta.url);
const { renderConfigDocs } = await import('../libs/config/src/adapters/render-docs.ts');
await keepPage(new URL('../docs/configuration.md', import.meta.url), renderConfigDocs(), {
  parser: 'markdown',
  source: 'libs/config says',
  script: 'generate-config-docs.mjs',
});
