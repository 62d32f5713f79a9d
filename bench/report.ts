// Writes the tables of docs/performance.md from bench/results/*.json. `--check` fails when they differ instead.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'node:path';
import { withResults } from './harness/performance-page.js';
import { repoPath } from './harness/repo-path.js';
import type { Report } from './harness/results.js';

const folder = repoPath('bench/results');
const page = repoPath('docs/performance.md');

const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const reports = new Map<string, Report>(
  files.toSorted().map((file) => {
    const report: Report = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
    return [parse(file).name, report];
  }),
);
const before = readFileSync(page, 'utf8');
const after = withResults(before, reports);
if (!process.argv.includes('--check')) writeFileSync(page, after);
else if (before !== after) {
  console.error('docs/performance.md does not show bench/results: run npm run bench');
  process.exit(1);
}
