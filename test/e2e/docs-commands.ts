import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Endpoints } from './npm-start.js';

/** A command that a page promises to work, and what its output must contain. */
export interface DocsCommand {
  readonly page: string;
  readonly line: number;
  readonly command: string;
  readonly expect: string;
}

const BLOCK = /<!-- run, expect: (?<expect>.+?) -->\s*```sh\n(?<command>[\s\S]*?)\n```/g;

/** The runnable blocks of a page: a shell block after the line `<!-- run, expect: <text> -->`. */
export function commandsIn(page: string, text: string): readonly DocsCommand[] {
  return [...text.matchAll(BLOCK)].map(({ index, groups }) => ({
    page,
    line: text.slice(0, index).split('\n').length,
    command: groups?.['command'] ?? '',
    expect: groups?.['expect'] ?? '',
  }));
}

/** README and every page of docs/ but the decision records. */
function pagesOf(root: string): readonly string[] {
  const docs = readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md'));
  return ['README.md', ...docs.toSorted().map((file) => `docs/${file}`)];
}

/** Every runnable block of README and docs, in reading order. */
export const docsCommands = (root: string): readonly DocsCommand[] =>
  pagesOf(root).flatMap((page) => commandsIn(page, readFileSync(join(root, page), 'utf8')));

/** The command with the documented default addresses replaced by those of a running system. */
export function addressed(command: string, endpoints: Endpoints): string {
  return command
    .replaceAll('http://127.0.0.1:8080', endpoints.gatewayHttp)
    .replaceAll('http://127.0.0.1:9001', endpoints.routerHttp)
    .replaceAll('127.0.0.1:9000', endpoints.routerGrpc)
    .replaceAll('nats://127.0.0.1:4222', endpoints.nats);
}
