// Servers
export { startTestNats, type TestNats, type TestNatsOptions } from './test-nats.js';
export { NatsParts } from './nats-parts.js';
export { freePort } from './free-port.js';

// Time
export { FakeClock } from './fake-clock.js';
export { eventually, type EventuallyOptions } from './eventually.js';

// Facts
export { type Recorder, recorder } from './recorder.js';

// Overload
export {
  AdmissionBench,
  type AdmissionChanges,
  admissionSettings,
  anOverloadedBench,
} from './admission-bench.js';
export { ScriptedGate, type Settled } from './scripted-gate.js';
export { ScriptedGateway } from './scripted-gateway.js';
export { LONG_LIST_CONTEXT, longListRules } from './long-lists.js';
