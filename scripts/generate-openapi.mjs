#!/usr/bin/env node
// Writes docs/openapi.json from the routes of the gateway-adapter; with --check it only says whether the page is fresh.
import 'reflect-metadata';
import { register } from 'node:module';
import { keepPage } from './lib/generated-page.mjs';

register('./lib/typescript-hooks.mjs', import.meta.url);
const { renderOpenApi } = await import('../apps/gateway-adapter/src/render-openapi.ts');
await keepPage(new URL('../docs/openapi.json', import.meta.url), await renderOpenApi(), {
  parser: 'json',
  source: 'apps/gateway-adapter serves',
  script: 'generate-openapi.mjs',
});
