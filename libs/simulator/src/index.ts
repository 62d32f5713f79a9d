export { SIMULATE_USAGE, simulateCommand, SimulateError } from './adapters/simulate-command.js';
export { readTrace, type ReadTrace } from './adapters/read-trace.js';
