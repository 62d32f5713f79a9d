import { DEFAULT_SETTINGS, type SubjectSettings } from '@beamline/backpressure/core';
import { beamline, settingsWith } from './beamline.js';
import { gateway } from './gateway.js';
import { aimd } from './peers/aimd.limit.js';
import { breakwater } from './peers/breakwater.limit.js';
import { codel } from './peers/codel.controller.js';
import { eventLoopUtilisation } from './peers/elu.controller.js';
import { envoyGradient } from './peers/envoy-gradient.limit.js';
import { contractPolling, rateCredit, sreThrottle } from './peers/gates.js';
import { goZeroBbr } from './peers/go-zero-bbr.controller.js';
import { gradient2 } from './peers/gradient2.limit.js';
import {
  constantRetryAfter,
  kubernetesRetryAfter,
  tellingRetryAfter,
} from './peers/retry-after.js';
import { staticLimit, unprotected } from './peers/static.limit.js';
import { vegas } from './peers/vegas.limit.js';
import type { Scenario } from './scenario.js';
import type { Protection } from './simulate.js';

/** Somebody who may protect the plant. */
export interface Contender {
  readonly name: string;
  /** What it is. A peer is its formula written anew from what is published, not its product. */
  readonly title: string;
  readonly kind: 'ours' | 'variant' | 'formula' | 'retry' | 'gate';
  /** `settings` are ours; peers take only the objective, where their formula has one. */
  readonly protect: (scenario: Scenario, settings: SubjectSettings) => Protection;
}

const formula = (name: string, title: string, create: Protection['create']): Contender => ({
  name,
  title: `${title}, formula re-implemented`,
  kind: 'formula',
  protect: () => ({ create }),
});

const ours = ({ sloMs }: Scenario, settings: SubjectSettings): Protection['create'] =>
  beamline({ settings: settingsWith({ sloMs: settings.admission.sloMs ?? sloMs }, settings) });

const OURS: readonly Contender[] = [
  {
    name: 'beamline',
    title: 'our admission, with the settings given',
    kind: 'ours',
    protect: (scenario, settings) => ({ create: ours(scenario, settings) }),
  },
  {
    name: 'beamline-inferred',
    title: 'our admission where workers report no service times',
    kind: 'variant',
    protect: ({ sloMs }, settings) => ({
      create: beamline({ settings: settingsWith({ sloMs }, settings), hasReports: false }),
    }),
  },
  {
    name: 'beamline-strict',
    title: 'our strict mode: the status rule alone, refusing everything while active',
    kind: 'variant',
    protect: ({ sloMs }, settings) => ({
      create: beamline({ settings: settingsWith({ sloMs, mode: 'strict' }, settings) }),
    }),
  },
  {
    name: 'beamline-shadow',
    title: 'our shadow mode: counts what it would refuse',
    kind: 'variant',
    protect: ({ sloMs }, settings) => ({
      create: beamline({ settings: settingsWith({ sloMs, mode: 'shadow' }, settings) }),
    }),
  },
];

const FORMULAS: readonly Contender[] = [
  {
    name: 'none',
    title: 'no protection',
    kind: 'formula',
    protect: () => ({ create: unprotected }),
  },
  formula('static-500', 'at most 500 in hand', staticLimit(500)),
  formula('vegas', 'Vegas of Netflix concurrency-limits', vegas),
  formula('gradient2', 'Gradient2 of Netflix concurrency-limits', gradient2),
  formula('aimd', 'AIMD of Netflix concurrency-limits, timeout 5 s as shipped', aimd(5000)),
  {
    ...formula('aimd-half-slo', 'AIMD with its timeout set to half the objective', unprotected),
    protect: ({ sloMs }) => ({ create: aimd(sloMs / 2) }),
  },
  formula('envoy-gradient', 'adaptive concurrency of Envoy', envoyGradient),
  formula('go-zero-bbr', 'adaptive shedder of go-zero', goZeroBbr),
  formula(
    'elu',
    'event-loop utilisation above 0.98, by the second',
    eventLoopUtilisation('interval'),
  ),
  formula(
    'elu-since-boot',
    'event-loop utilisation above 0.98, averaged since boot as in under-pressure',
    eventLoopUtilisation('since-boot'),
  ),
  formula('codel', 'CoDel of folly', codel),
  {
    ...formula('breakwater', 'credits of Breakwater', unprotected),
    protect: ({ sloMs }) => ({ create: breakwater(sloMs) }),
  },
];

const retry = (name: string, title: string, rule: Parameters<typeof tellingRetryAfter>[0]) => ({
  name,
  title,
  kind: 'retry' as const,
  protect: (scenario: Scenario, settings: SubjectSettings) => ({
    create: tellingRetryAfter(rule, ours(scenario, settings)),
  }),
});

const RETRIES: readonly Contender[] = [
  retry(
    'constant-30s',
    'our admission with Retry-After: 30 for everybody',
    constantRetryAfter(30_000),
  ),
  retry(
    'kubernetes-retry',
    'our admission with the Retry-After rule of Kubernetes, re-implemented',
    kubernetesRetryAfter,
  ),
];

const gated = (name: string, title: string, gate: Protection['gate']): Contender => ({
  name,
  title,
  kind: 'gate',
  protect: (scenario, settings) => ({ create: ours(scenario, settings), gate }),
});

const GATES: readonly Contender[] = [
  gated('gateway', 'our admission behind our gateways', gateway()),
  {
    name: 'contract-polling',
    title:
      'the contract at both ends: strict mode, and gateways that ask every 5 s and send nothing while it is active',
    kind: 'gate',
    protect: ({ sloMs }, settings) => ({
      create: beamline({ settings: settingsWith({ sloMs, mode: 'strict' }, settings) }),
      gate: contractPolling,
    }),
  },
  gated('sre-120s', 'our admission behind the SRE throttle, k 2, 120 s', sreThrottle(2, 120_000)),
  gated('sre-10s', 'our admission behind the SRE throttle, k 2, 10 s', sreThrottle(2, 10_000)),
  gated('rate-credit', 'our admission behind a rate credit', rateCredit),
];

/** Everybody who can be put before the plant. */
export const CONTENDERS: readonly Contender[] = [...OURS, ...FORMULAS, ...RETRIES, ...GATES];

/** How a contender protects a scenario. Default settings: the contract's. */
export function protectionOf(
  contender: Contender,
  scenario: Scenario,
  settings: SubjectSettings = DEFAULT_SETTINGS,
): Protection {
  return contender.protect(scenario, settings);
}
