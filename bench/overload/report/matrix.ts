import type { Row } from '../../harness/results.js';

/** A table with a line per contestant and a column per figure. */
export interface Matrix {
  /** Variant: the first word of the rows. */
  readonly name: string;
  readonly head: readonly string[];
  readonly lines: readonly (readonly string[])[];
}

interface Cell {
  readonly variant: string;
  readonly figure: string;
  readonly contestant: string;
  readonly row: Row;
}

/** `<variant> <figure>: <contestant>` */
function cellOf(row: Row): Cell {
  const colon = row.row.lastIndexOf(': ');
  const space = row.row.search(/ (?!slots)/);
  return {
    variant: row.row.slice(0, space),
    figure: row.row.slice(space + 1, colon),
    contestant: row.row.slice(colon + 2),
    row,
  };
}

const short = (value: number): string => {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return String(Number(value.toFixed(digits)));
};

/** Median and range; the range is left out where all runs gave the same. */
function shown({ value, min, max }: Row): string {
  const [middle, from, to] = [short(value), short(min), short(max)];
  return from === to ? middle : `${middle} (${from}–${to})`;
}

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)];

function lineOf(
  cells: readonly Cell[],
  contestant: string,
  figures: readonly string[],
): readonly string[] {
  const mine = cells.filter((cell) => cell.contestant === contestant);
  const cellsOf = figures.map((figure) => mine.find((cell) => cell.figure === figure));
  return [contestant, ...cellsOf.map((cell) => (cell === undefined ? '' : shown(cell.row)))];
}

/** Folds rows into one matrix per variant. */
export function matricesOf(rows: readonly Row[]): readonly Matrix[] {
  const cells = rows.map(cellOf);
  return unique(cells.map(({ variant }) => variant)).map((name) => {
    const here = cells.filter(({ variant }) => variant === name);
    const figures = unique(here.map(({ figure }) => figure));
    const unitOf = (figure: string): string =>
      here.find((cell) => cell.figure === figure)?.row.unit ?? '';
    const contestants = unique(here.map(({ contestant }) => contestant));
    const lines = contestants.map((contestant) => lineOf(here, contestant, figures));
    return { name, head: ['', ...figures.map((figure) => `${figure}, ${unitOf(figure)}`)], lines };
  });
}

function widths({ head, lines }: Matrix, least: number): readonly number[] {
  return head.map((title, column) =>
    Math.max(least, title.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
}

const aligned = (line: readonly string[], wide: readonly number[]): readonly string[] =>
  line.map((cell, column) =>
    column === 0 ? cell.padEnd(wide[column] ?? 0) : cell.padStart(wide[column] ?? 0),
  );

/** The matrix for a terminal. */
export function textMatrix(matrix: Matrix): string {
  const wide = widths(matrix, 0);
  const rule = wide.map((width) => '-'.repeat(width));
  return [matrix.head, rule, ...matrix.lines]
    .map((line) => aligned(line, wide).join('  ').trimEnd())
    .join('\n');
}

/** The matrix for a Markdown page, aligned as the formatter of this repository wants it. */
export function markdownMatrix(matrix: Matrix): string {
  const wide = widths(matrix, 3);
  const rule = wide.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [aligned(matrix.head, wide), rule, ...matrix.lines.map((line) => aligned(line, wide))]
    .map((line) => `| ${line.join(' | ')} |`)
    .join('\n');
}
