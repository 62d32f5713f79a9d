import { readdirSync, readFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { withResults } from './performance-page.js';
import { type Report, rowOf } from './results.js';

const REPO = join(__dirname, '../..');
const PAGE =
  'before\n<!-- results:begin (npm run bench writes this part) -->\nold\n<!-- results:end -->\nafter';

const aReport = (): Report => ({
  rows: [rowOf('decide()', 'ns', [1_234_567], { atMost: 2 })],
  machine: { cpu: 'a cpu', cores: 2, node: 'v20.0.0', os: 'linux-x64' },
  date: '2026-01-02T03:04:05.000Z',
  commit: 'abc1234',
});

describe('the results on the performance page', () => {
  it('stand between the markers and leave the rest of the page alone', () => {
    const page = withResults(PAGE, new Map([['decide', aReport()]]));

    expect(page).toMatch(/^\| decide\(\) \| 1 235 000 \| ns +\|/m);
    expect(page).toMatch(/\| <= 2 +\| MISSED \|$/m);
    expect(page).not.toContain('old');
    expect(page.startsWith('before\n')).toBe(true);
    expect(page.endsWith('\nafter')).toBe(true);
  });

  it('are not written into a page that lost its markers', () => {
    expect(() => withResults('a page', new Map())).toThrow('lost its result markers');
  });

  it('stand in the part of the command that measured them', () => {
    const own =
      '<!-- gateway:begin (npm run bench:gateway writes this part) -->\n<!-- gateway:end -->';
    const page = withResults(`${PAGE}\n${own}`, new Map([['gateway', aReport()]]));

    expect(page.indexOf('| decide()')).toBeGreaterThan(page.indexOf('gateway:begin'));
    expect(page).not.toContain('old');
  });

  it('need the place of their command', () => {
    expect(() => withResults(PAGE, new Map([['gateway', aReport()]]))).toThrow('lost its result');
  });

  it('are those of bench/results', () => {
    const folder = join(REPO, 'bench/results');
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
    const reports = files
      .toSorted()
      .map((file): [string, Report] => [
        parse(file).name,
        JSON.parse(readFileSync(join(folder, file), 'utf8')),
      ]);
    const page = readFileSync(join(REPO, 'docs/performance.md'), 'utf8');

    expect(withResults(page, new Map(reports))).toBe(page);
  });
});
