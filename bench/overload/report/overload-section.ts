import { caption } from '../../harness/caption.js';
import type { Report } from '../../harness/results.js';
import { markdownTable } from '../../harness/table.js';
import { ROUTER_WORKLOAD } from '../router/router-workload.js';
import { WORKLOADS } from '../workloads/workloads.js';
import { fileNameOf } from './file-name.js';
import { markdownMatrix, matricesOf } from './matrix.js';

interface Titled {
  readonly id: string;
  readonly title: string;
}

function workloadPart({ id, title }: Titled, report: Report): string {
  const matrices = matricesOf(report.rows).flatMap((matrix) => {
    const plot = `![${id}, ${matrix.name}](../bench/results/plots/${fileNameOf(id, matrix.name)}.svg)`;
    return [`**${matrix.name}**`, markdownMatrix(matrix), plot];
  });
  const held = report.rows.filter(({ target }) => target !== null);
  const targets = held.length === 0 ? [] : ['Targets:', markdownTable(held)];
  return [caption(`${id}: ${title}`, report), ...matrices, ...targets].join('\n\n');
}

/** The tables and plots of the overload bench, in the order in which its workloads are run. */
export function overloadSection(reports: ReadonlyMap<string, Report>): string {
  const workloads: readonly Titled[] = [...WORKLOADS, ROUTER_WORKLOAD];
  return workloads
    .flatMap((workload) => {
      const report = reports.get(fileNameOf(workload.id));
      return report === undefined ? [] : [workloadPart(workload, report)];
    })
    .join('\n\n');
}
