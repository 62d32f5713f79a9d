import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { root } from './workspace.mjs';

/**
 * Writes a page of docs/ that is made from code. With --check among the arguments it writes nothing, says whether the page is fresh, and
 * has the process end with 1 when it is not.
 * @param {URL} page Where it stands.
 * @param {string} text What it should say; formatted here.
 * @param {{parser: string, source: string, script: string}} how Prettier's parser, where the text comes from, and what writes it.
 */
export async function keepPage(page, text, { parser, source, script }) {
  const path = relative(root, fileURLToPath(page));
  const fresh = await format(text, { ...(await resolveConfig(page)), parser });
  if (!process.argv.includes('--check')) {
    writeFileSync(page, fresh);
    console.log(`${path} written`);
  } else if (textOf(page) !== fresh) {
    console.error(`${path} is not what ${source}: run node scripts/${script}`);
    process.exitCode = 1;
  }
}

function textOf(page) {
  try {
    return readFileSync(page, 'utf8');
  } catch {
    return '';
  }
}
