import { readFileSync } from 'node:fs';
import { gatewayKeys, routerKeys } from './load-config.js';
import { renderConfigDocs } from './render-docs.js';

it('every key stands in docs/configuration.md, with its default and its rule', () => {
  const page = readFileSync('docs/configuration.md', 'utf8');

  for (const { name, rule } of [...routerKeys, ...gatewayKeys]) {
    expect(page).toContain(`\`${name}\``);
    expect(renderConfigDocs()).toContain(rule.replace(/^must be /, ''));
  }
});
