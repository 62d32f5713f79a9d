import type { PhaseFigures } from '@beamline/simulator/core';
import { least, most, simulated, type Simulated } from './figures.js';

/** One gateway or seven, one router or three, and news that is late, lost or missing altogether. */
const AT_10X = [
  'W7-gateway',
  'W7-7-gateways',
  'W7-3-routers',
  'W7-late-pushes',
  'W7-lost-pushes',
  'W7-no-news',
  'W7-lost-drop',
];
const OTHERS = ['W7-gateway-2x', 'W7-gateway-5x', 'W7-100-gateways', 'W7-echo-5x'];
const RIVALS = ['beamline', 'sre-10s', 'rate-credit', 'contract-polling'];
let all: Simulated;

beforeAll(async () => {
  const wanted = [
    { workloads: [...AT_10X, ...OTHERS], controllers: ['gateway'], runs: 1 },
    { workloads: ['W2-10x', 'W8-3-routers'], controllers: ['beamline'], runs: 1 },
    { workloads: ['W7-7-gateways', 'W7-echo-5x'], controllers: RIVALS, runs: 1 },
  ];
  for (const one of wanted) {
    const some = await simulated(one);
    all = all === undefined ? some : all.with(some);
  }
}, 220_000);

type Figure = (figures: PhaseFigures) => number;

const goodput: Figure = (figures) => figures.goodput;
const byRouter: Figure = ({ refused, heldBack }) => refused * (1 - heldBack);
const byAnybody: Figure = ({ refused, heldBack }) => heldBack + refused * (1 - heldBack);
const critical: Figure = ({ successByClass }) => successByClass.critical;
const delay: Figure = ({ gateDelayMs = Infinity }) => gateDelayMs;

const during = (workload: string, figure: Figure, controller = 'gateway'): number[] =>
  all.during(workload, figure, controller);
const after = (workload: string, figure: Figure, controller = 'gateway'): number[] =>
  all.after(workload, figure, controller);

describe('gateways before the router, on the simulated plant', () => {
  it.each(AT_10X)('%s: the router refuses at most 5 %% of what is asked for', (workload) => {
    expect(most(during(workload, byRouter))).toBeLessThanOrEqual(0.05);
  });

  it.each(AT_10X)(
    '%s: goodput is within 2 %% of that of routers alone whose refusals cost nothing',
    (workload) => {
      const free = workload === 'W7-3-routers' ? 'W8-3-routers' : 'W2-10x';
      const alone = during(free, goodput, 'beamline');
      const lost = during(workload, goodput).map((ours, run) => (alone[run] ?? 0) - ours);

      expect(most(lost)).toBeLessThanOrEqual(0.02);
    },
  );

  it.each([...AT_10X, 'W7-gateway-2x', 'W7-gateway-5x'])(
    '%s: once the load drops, at most 0.3 %% is refused by anybody',
    (workload) => {
      expect(most(after(workload, byAnybody))).toBeLessThanOrEqual(0.003);
    },
  );

  it.each(['W7-gateway', 'W7-gateway-5x', 'W7-7-gateways', 'W7-late-pushes', 'W7-no-news'])(
    '%s: half of the gateways hold back within 150 ms of the first refusal',
    (workload) => {
      expect(most(during(workload, delay))).toBeLessThanOrEqual(150);
    },
  );

  it.each(['W7-gateway-2x', 'W7-gateway-5x'])(
    '%s: 99 %% of the critical requests succeed',
    (workload) => {
      expect(least(during(workload, critical))).toBeGreaterThanOrEqual(0.99);
    },
  );

  it('10x, where critical requests alone are all that can be done: 85 % of them succeed', () => {
    expect(least(during('W7-7-gateways', critical))).toBeGreaterThanOrEqual(0.85);
  });

  it('100 gateways: the router refuses at most 7 %, and goodput is at least 97 %', () => {
    expect(most(during('W7-100-gateways', byRouter))).toBeLessThanOrEqual(0.07);
    expect(least(during('W7-100-gateways', goodput))).toBeGreaterThanOrEqual(0.97);
  });

  it('callers who come back when gateways tell them never make a second overload', () => {
    expect(most(after('W7-echo-5x', ({ peakAttempts }) => peakAttempts))).toBeLessThanOrEqual(1.1);
    expect(most(after('W7-echo-5x', ({ refusingSeconds }) => refusingSeconds))).toBeLessThanOrEqual(
      1,
    );
    expect(least(during('W7-echo-5x', ({ success }) => success))).toBeGreaterThanOrEqual(0.9);
  });
});

describe('our gateways beside others, on the same arrivals', () => {
  const theirs = (figure: Figure, rival: string): number[] =>
    during('W7-7-gateways', figure, rival);

  it.each(RIVALS)('more critical requests succeed than with %s', (rival) => {
    expect(least(during('W7-7-gateways', critical))).toBeGreaterThan(most(theirs(critical, rival)));
  });

  it('the router alone loses more than a tenth of its capacity to refusals', () => {
    expect(most(theirs(goodput, 'beamline'))).toBeLessThan(0.9);
  });

  it('the SRE throttle keeps refusing for nothing once the load has dropped', () => {
    expect(least(after('W7-7-gateways', byAnybody, 'sre-10s'))).toBeGreaterThan(0.1);
  });

  it("the contract's polling holds back seconds later, and wastes a third of the capacity or more", () => {
    expect(least(theirs(delay, 'contract-polling'))).toBeGreaterThan(1_000);
    expect(most(theirs(goodput, 'contract-polling'))).toBeLessThan(0.67);
  });

  it('callers of gateways that do not tell when to come back make a second overload', () => {
    expect(
      least(after('W7-echo-5x', ({ peakAttempts }) => peakAttempts, 'rate-credit')),
    ).toBeGreaterThan(2);
  });
});
