import type { Row } from './results.js';

const HEAD = ['row', 'value', 'unit', 'min', 'max', 'rounds', 'target', 'met'] as const;

/** A number as a reader wants it: thousands apart, at most four significant digits. */
const shown = (value: number): string =>
  value.toLocaleString('en-US', { maximumSignificantDigits: 4 }).replaceAll(',', ' ');

const metOf = (row: Row): string => (row.met === null ? '' : row.met ? 'met' : 'MISSED');

/** The cells of a row, in the order of the table's head. */
const cellsOf = (row: Row): readonly string[] => [
  row.row,
  shown(row.value),
  row.unit,
  shown(row.min),
  shown(row.max),
  String(row.runs),
  row.target ?? '',
  metOf(row),
];

type Cells = readonly string[];

const isNumber = (column: number): boolean => column === 1 || (column >= 3 && column <= 5);

/** Every cell as wide as the widest of its column. */
function padded(lines: readonly Cells[]): readonly Cells[] {
  const width = (column: number): number =>
    Math.max(3, ...lines.map((line) => line[column]?.length ?? 0));
  const widths = HEAD.map((_, column) => width(column));
  const pad = (cell: string, column: number): string =>
    isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return lines.map((line) => line.map((cell, column) => pad(cell, column)));
}

/** A table for the terminal. */
export function textTable(rows: readonly Row[]): string {
  const [head = [], ...body] = padded([HEAD, ...rows.map(cellsOf)]);
  const rule = head.map((cell) => '-'.repeat(cell.length));
  return [head, rule, ...body].map((line) => line.join('  ').trimEnd()).join('\n');
}

/** The same table for a Markdown page, aligned as the formatter of this repository wants it. */
export function markdownTable(rows: readonly Row[]): string {
  const [head = [], ...body] = padded([HEAD, ...rows.map(cellsOf)]);
  const rule = head.map((cell, column) =>
    isNumber(column) ? `${'-'.repeat(cell.length - 1)}:` : '-'.repeat(cell.length),
  );
  return [head, rule, ...body].map((line) => `| ${line.join(' | ')} |`).join('\n');
}
