// Simulating
export { simulate, type Protection } from './simulate.js';
export { compare, type CompareOptions, type ContenderRuns, type Run } from './compare.js';
export {
  capacityOf,
  type ClientBehaviour,
  DEFAULT_SCENARIO,
  type GatewaySetting,
  type Phase,
  type RecordedArrival,
  type Scenario,
} from './scenario.js';
export { tracedScenario, type Workload, WORKLOADS } from './workloads.js';

// Protecting
export { beamline, type BeamlineOptions, settingsWith } from './beamline.js';
export { gateway } from './gateway.js';
export { type Contender, CONTENDERS, protectionOf } from './contenders.js';
export {
  type Completion,
  type Controller,
  type ControllerParts,
  type CreateController,
  type PlantLoad,
  TICK_MS,
  type Verdict,
} from './controller.js';
export type { CreateGate, Gate, GateEnding, GateRequest, GateVerdict, RouterNews } from './gate.js';

// Peers' formulas, re-implemented
export { aimd } from './peers/aimd.limit.js';
export { breakwater } from './peers/breakwater.limit.js';
export { codel } from './peers/codel.controller.js';
export { eventLoopUtilisation } from './peers/elu.controller.js';
export { envoyGradient } from './peers/envoy-gradient.limit.js';
export { contractPolling, rateCredit, sreThrottle } from './peers/gates.js';
export { goZeroBbr } from './peers/go-zero-bbr.controller.js';
export { gradient2 } from './peers/gradient2.limit.js';
export { constantRetryAfter, kubernetesRetryAfter } from './peers/retry-after.js';
export { staticLimit, unprotected } from './peers/static.limit.js';
export { vegas } from './peers/vegas.limit.js';

// Accounting
export { type Account, type Slice, SLICE_MS } from './account.js';
export { figuresOf, type PhaseFigures } from './figures.js';
export type { WorkloadReport } from './report.js';
export { tableOf } from './table.js';
export { picturesOf, type Picture } from './plots.js';
export { type Plot, plotSvg, type Series } from './svg.js';

// Reading
export { readSimulation, type ReadSimulation, type Simulation } from './read-simulation.js';
export type { TraceLine } from './trace.js';
export { fittedTrace } from './fitted-trace.js';
export { seededRandom } from './random.js';
