import { type Row, rowOf } from '../../harness/results.js';
import { FIGURES } from '../measure/figures.js';
import type { VariantResult } from '../measure/measure-workload.js';
import type { RunResult } from '../measure/run-result.js';
import type { PlacedPhase } from '../workloads/phase.js';
import { OURS } from '../workloads/contestant-names.js';
import type { FigureRequest } from '../workloads/workload.js';

/** What counts as settled, in milliseconds from the start of a phase. */
const SETTLED_MS = 3_000;

/** One stretch from the first to the last phase of that name. */
function spanOf({ phases }: RunResult, { over, steady }: FigureRequest): PlacedPhase {
  const named = phases.filter(({ name }) => name === over);
  const [first] = named;
  const last = named.at(-1);
  if (first === undefined || last === undefined) throw new Error(`no phase ${over}`);
  const settling = steady === true ? Math.min(SETTLED_MS, (last.toMs - first.fromMs) / 2) : 0;
  return { ...first, fromMs: first.fromMs + settling, toMs: last.toMs };
}

/** How a figure is called in a row: over which phase, where that is not plain. */
const titleOf = ({ figure, over, steady }: FigureRequest): string =>
  `${figure}${over === 'step' || over === 'drop' ? '' : ` (${over})`}${steady === true ? ' (steady)' : ''}`;

/** The rows of a variant: every figure of every contestant. Targets are ours alone. */
export function variantRows({ variant, runs }: VariantResult): Row[] {
  return variant.figures.flatMap((request) =>
    [...runs].flatMap(([contestant, results]) => {
      if (results.length === 0) return [];
      const { unit, of } = FIGURES[request.figure];
      const values = results.map((run) => of(run, spanOf(run, request)));
      const name = `${variant.name} ${titleOf(request)}: ${contestant}`;
      return [rowOf(name, unit, values, contestant === OURS ? request.target : undefined)];
    }),
  );
}
