import { overloadSection } from '../overload/report/overload-section.js';
import { caption } from './caption.js';
import type { Report } from './results.js';
import { markdownTable } from './table.js';

interface Part {
  readonly begin: string;
  readonly end: string;
  readonly text: (reports: ReadonlyMap<string, Report>) => string;
}

/** The tables of the reports, one after the other. */
const tables = (reports: ReadonlyMap<string, Report>): string =>
  [...reports]
    .map(([name, report]) => `${caption(name, report)}\n\n${markdownTable(report.rows)}`)
    .join('\n\n');

const PLAIN: Part = {
  begin: '<!-- results:begin (npm run bench writes this part) -->',
  end: '<!-- results:end -->',
  text: tables,
};
const OVERLOAD: Part = {
  begin: '<!-- overload:begin (npm run bench:overload writes this part) -->',
  end: '<!-- overload:end -->',
  text: overloadSection,
};

const GATEWAY: Part = {
  begin: '<!-- gateway:begin (npm run bench:gateway writes this part) -->',
  end: '<!-- gateway:end -->',
  text: tables,
};

function withPart(
  page: string,
  { begin, end, text }: Part,
  reports: ReadonlyMap<string, Report>,
): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error('docs/performance.md lost its result markers');
  const parts = [begin, text(reports), end].filter((part) => part !== '');
  return page.slice(0, from) + parts.join('\n\n') + page.slice(to + end.length);
}

/** The part of a report that has a command of its own. */
function ownPartOf(name: string): Part | undefined {
  if (name === 'gateway') return GATEWAY;
  return name.startsWith('overload') ? OVERLOAD : undefined;
}

/**
 * Puts the tables between the markers of the page: those of `npm run bench`, and those of the other commands where the page has a place
 * for them or there are any.
 * @throws Error when a marker is missing.
 */
export function withResults(page: string, reports: ReadonlyMap<string, Report>): string {
  const reportsOf = (part: Part | undefined): ReadonlyMap<string, Report> =>
    new Map([...reports].filter(([name]) => ownPartOf(name) === part));
  let filled = withPart(page, PLAIN, reportsOf(undefined));
  for (const part of [OVERLOAD, GATEWAY]) {
    const own = reportsOf(part);
    if (own.size > 0 || page.includes(part.begin)) filled = withPart(filled, part, own);
  }
  return filled;
}
