import { plotSvg } from '@beamline/simulator/core';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { thisCommit, thisMachine } from '../../harness/machine.js';
import { type Row, writeReport } from '../../harness/results.js';
import { textTable } from '../../harness/table.js';
import type { VariantResult } from '../measure/measure-workload.js';
import { MAX_LAG_MS } from '../measure/measure-workload.js';
import type { OverloadOptions } from '../options.js';
import type { Workload } from '../workloads/workload.js';
import { fileNameOf } from './file-name.js';
import { matricesOf, textMatrix } from './matrix.js';
import { variantRows } from './rows.js';
import { goodputOver, offeredOver } from './series.js';

function drawVariant(workload: Workload, { variant, runs }: VariantResult, folder: string): void {
  const lines = [...runs].filter(([, results]) => results.length > 0);
  const [first] = lines;
  if (first === undefined) return;
  const svg = plotSvg({
    title: `${workload.id}, ${variant.name}: ${workload.title}`,
    xLabel: 'seconds',
    yLabel: 'answers in time, as a multiple of the capacity',
    yMost: 1.5,
    series: [
      ...lines.map(([name, results]) => ({ name, points: goodputOver(results) })),
      { name: 'offered', points: offeredOver(first[1]), isReference: true },
    ],
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${fileNameOf(workload.id, variant.name)}.svg`), svg);
}

/** Says what was thrown away, so that nobody takes what is left for everything. */
function sayVoid({ variant, voidRuns, gaveUp }: VariantResult): void {
  if (voidRuns > 0) {
    console.log(
      `${variant.name}: ${voidRuns} void runs (the generator lagged more than ${MAX_LAG_MS} ms)`,
    );
  }
  if (gaveUp.length > 0) console.log(`${variant.name}: given up in a round: ${gaveUp.join(', ')}`);
}

/** Writes what is not there yet: JSON of a whole workload, and a plot of each variant. */
export function publishWorkload(
  workload: Workload,
  results: readonly VariantResult[],
  options: OverloadOptions,
): void {
  const rows: Row[] = results.flatMap(variantRows);
  writeReport(options.resultsFolder, fileNameOf(workload.id), {
    rows,
    machine: thisMachine(),
    date: new Date().toISOString(),
    commit: thisCommit(),
  });
  for (const result of results) {
    drawVariant(workload, result, options.plotsFolder);
    sayVoid(result);
  }
  for (const matrix of matricesOf(rows)) console.log(`\n${matrix.name}\n${textMatrix(matrix)}`);
  const held = rows.filter(({ target }) => target !== null);
  if (held.length > 0) console.log(`\n${textTable(held)}\n`);
}
