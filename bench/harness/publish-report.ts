import type { BenchOptions } from './bench-options.js';
import { thisCommit, thisMachine } from './machine.js';
import { type Row, writeReport } from './results.js';
import { textTable } from './table.js';

/** Prints the table of a bench and writes its JSON. */
export function publishReport(
  name: string,
  rows: readonly Row[],
  options: Pick<BenchOptions, 'resultsFolder'>,
): void {
  const report = {
    rows,
    machine: thisMachine(),
    date: new Date().toISOString(),
    commit: thisCommit(),
  };
  writeReport(options.resultsFolder, name, report);
  console.log(`\n${textTable(rows)}\n`);
}
