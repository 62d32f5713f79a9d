import type { Report } from './results.js';
import { markdownTable } from './table.js';

const BEGIN = '<!-- results:begin (npm run bench writes this part) -->';
const END = '<!-- results:end -->';

/** What stands above a table. */
function caption(name: string, { machine, date, commit }: Report): string {
  return (
    `### ${name}\n\n` +
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.os}; commit ${commit}; ${date.slice(0, 16).replace('T', ' ')} UTC.`
  );
}

/** The tables of all results, as they stand on the page. */
function resultsSection(reports: ReadonlyMap<string, Report>): string {
  const parts = [...reports].map(
    ([name, report]) => `${caption(name, report)}\n\n${markdownTable(report.rows)}`,
  );
  return [BEGIN, ...parts, END].join('\n\n');
}

/** Puts the tables between the markers of the page. @throws Error when a marker is missing. */
export function withResults(page: string, reports: ReadonlyMap<string, Report>): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error('docs/performance.md lost its result markers');
  return page.slice(0, begin) + resultsSection(reports) + page.slice(end + END.length);
}
