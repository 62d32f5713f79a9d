// What gateways are worth: how soon they hold back, what the router still has to refuse, what they refuse for nothing, and what a check
// costs. A generator that is gateways too, and the built router.
import { publishReport } from '../harness/publish-report.js';
import type { Row } from '../harness/results.js';
import { OURS, OURS_STRICT } from '../overload/workloads/contestant-names.js';
import { CASES, type GatewayCase } from './cases.js';
import { checkRows } from './check-rows.js';
import { gatewayBenchOptions } from './options.js';
import { GatewayBed } from './run-case.js';
import { caseRows, goodputRatioRows } from './rows.js';
import type { RunResult } from '../overload/measure/run-result.js';

const SLO_MS = 500;

const options = gatewayBenchOptions(process.argv.slice(2));

async function loopRows(): Promise<Row[]> {
  const runs = new Map<GatewayCase, RunResult[]>(CASES.map((one) => [one, []]));
  const ours = await GatewayBed.start(OURS, SLO_MS);
  const strict = await GatewayBed.start(OURS_STRICT, SLO_MS);
  try {
    for (let round = 0; round < options.rounds; round += 1) {
      console.error(`round ${round + 1} of ${options.rounds}`);
      for (const one of CASES) {
        const order = { seed: 1_000 + round, scale: options.scale, sloMs: SLO_MS };
        // The contract's gateways belong to the contract's router.
        const bed = one.way === 'polling' ? strict : ours;
        const result = await bed.run(one, order);
        if (result !== undefined) runs.get(one)?.push(result);
      }
    }
  } finally {
    await ours.stop();
    await strict.stop();
  }
  return [
    ...[...runs].flatMap(([one, results]) => caseRows(one, results)),
    ...goodputRatioRows(runs),
  ];
}

const checks = await checkRows(options.rounds);
const rows = options.isCheckOnly ? checks : [...(await loopRows()), ...checks];
publishReport('gateway', rows, options);
