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

const isOverload = ([name]: readonly [string, Report]): boolean => name.startsWith('overload');

/**
 * Puts the tables between the markers of the page: those of `npm run bench`, and those of `npm run bench:overload` where the page
 * has a place for them or there are any.
 * @throws Error when a marker is missing.
 */
export function withResults(page: string, reports: ReadonlyMap<string, Report>): string {
  const overload = new Map([...reports].filter(isOverload));
  const plain = new Map([...reports].filter((entry) => !isOverload(entry)));
  const withTables = withPart(page, PLAIN, plain);
  const hasPlace = overload.size > 0 || page.includes(OVERLOAD.begin);
  return hasPlace ? withPart(withTables, OVERLOAD, overload) : withTables;
}
