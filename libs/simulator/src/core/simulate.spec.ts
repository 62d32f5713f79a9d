import { beamline, settingsWith } from './beamline.js';
import type { ControllerParts } from './controller.js';
import { figuresOf, sum } from './figures.js';
import type { Gate } from './gate.js';
import { constantRetryAfter, tellingRetryAfter } from './peers/retry-after.js';
import { staticLimit, unprotected } from './peers/static.limit.js';
import { DEFAULT_SCENARIO, type Scenario } from './scenario.js';
import { simulate } from './simulate.js';

const scenario = (difference: Partial<Scenario> = {}): Scenario => ({
  ...DEFAULT_SCENARIO,
  slots: 4,
  phases: [
    { seconds: 5, load: 0.5 },
    { seconds: 5, load: 3 },
    { seconds: 5, load: 0.5 },
  ],
  ...difference,
});

const OURS = { create: beamline({ settings: settingsWith({ sloMs: 1000 }) }) };

const total = (run: ReturnType<typeof simulate>, name: Parameters<typeof sum>[1]): number =>
  sum(run.slices, name);

describe('simulate', () => {
  it('gives the same account for the same seed, and another for another', () => {
    const [first, again, other] = [1, 1, 2].map((seed) => simulate(scenario(), OURS, seed).slices);

    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('lets every protection meet the same arrivals', () => {
    const offered = [OURS, { create: unprotected }].map((protection) =>
      simulate(scenario(), protection).slices.map((slice) => slice.offered),
    );

    expect(offered[0]).toEqual(offered[1]);
  });

  it('offers the load of each phase', () => {
    const run = simulate(scenario(), { create: unprotected });
    const offered = run.fates.map(({ all }) => all.offered);

    for (const [phase, load] of [0.5, 3, 0.5].entries()) {
      expect(offered[phase]).toBeGreaterThan(400 * load * 0.85);
      expect(offered[phase]).toBeLessThan(400 * load * 1.15);
    }
  });

  it('answers no more than the slots can do', () => {
    const run = simulate(scenario(), { create: unprotected });
    const answered = run.slices.reduce((count, { latenciesMs }) => count + latenciesMs.length, 0);

    expect(answered).toBeLessThan(80 * 15 * 1.1);
  });

  it('slows the plant down in a slow phase', () => {
    const phases = [{ seconds: 10, load: 0.2, slowdown: 4 }];
    const slow = figuresOf(simulate(scenario({ phases }), { create: unprotected }), 0);
    const normal = figuresOf(
      simulate(scenario({ phases: [{ seconds: 10, load: 0.2 }] }), { create: unprotected }),
      0,
    );

    expect(slow.p50Ms / normal.p50Ms).toBeGreaterThan(3.5);
  });

  it('lets clients come back when they are told, and no more often than they may', () => {
    const clients = { ...DEFAULT_SCENARIO.clients, maxRetries: 2 };
    const create = tellingRetryAfter(constantRetryAfter(500), staticLimit(0));
    const run = simulate(scenario({ clients, phases: [{ seconds: 10, load: 0.5 }] }), { create });

    expect(total(run, 'attempts')).toBeGreaterThan(2.7 * total(run, 'offered'));
    expect(total(run, 'attempts')).toBeLessThanOrEqual(3 * total(run, 'offered'));
    expect(run.slices.slice(0, 5).every((slice) => slice.attempts === slice.offered)).toBe(true);
  });

  it('lets hostile clients come back sooner and more often', () => {
    const clients = { ...DEFAULT_SCENARIO.clients, hostileShare: 1, hostileRetries: 10 };
    const create = tellingRetryAfter(constantRetryAfter(5000), staticLimit(0));
    const run = simulate(scenario({ clients, phases: [{ seconds: 10, load: 0.5 }] }), { create });

    expect(total(run, 'attempts')).toBeGreaterThan(9 * total(run, 'offered'));
  });

  it('never answers what a lost router holds, and sends its traffic to the others', () => {
    const replicas = [1, 1];
    const base = scenario({ replicas, slots: 40, phases: [{ seconds: 10, load: 0.5 }] });
    const both = simulate(base, { create: unprotected });
    const lostReplica = { index: 0, atMs: 5000 };
    const one = simulate({ ...base, lostReplica }, { create: unprotected });

    expect(total(one, 'good')).toBeLessThan(total(both, 'good'));
    expect(total(one, 'good')).toBeGreaterThan(total(both, 'good') - 40);
    expect(total(one, 'offered')).toBe(total(both, 'offered'));
    expect(total(one, 'refused')).toBe(0);
  });

  it('charges the plant for refusals', () => {
    const goodput = [0, 20].map(
      (refusalCostMs) =>
        figuresOf(simulate(scenario({ refusalCostMs }), { create: staticLimit(10) }), 1).goodput,
    );

    expect(goodput[1]).toBeLessThan((goodput[0] ?? 0) - 0.2);
  });

  it('counts what a gate holds back as never sent', () => {
    const heldBack = { admitted: false, retryAfterMs: undefined, retryable: false } as const;
    const gate = () => ({ admit: () => heldBack, learn: () => undefined });
    const run = simulate(scenario(), { create: unprotected, gate });

    expect(total(run, 'heldBack')).toBe(total(run, 'attempts'));
    expect(total(run, 'good')).toBe(0);
  });

  it('sends each request through one of the gateways, by their shares and always the same', () => {
    const counts: number[] = [];
    const gate = () => {
      const index = counts.push(0) - 1;
      const admit = () => {
        counts[index] = (counts[index] ?? 0) + 1;
        return { admitted: true } as const;
      };
      return { admit, learn: () => undefined };
    };
    const gateways = { shares: [3, 1], pushDelayMs: 5 };
    const run = simulate(scenario({ gateways }), { create: unprotected, gate });

    const share = (counts[0] ?? 0) / total(run, 'attempts');
    expect(counts).toHaveLength(2);
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(total(run, 'attempts'));
    expect(share).toBeGreaterThan(0.7);
    expect(share).toBeLessThan(0.8);
  });

  it('lets gateways hear of every ending once, refusals at once and the rest when it is answered', () => {
    const endings: { outcome: string; afterMs: number }[] = [];
    const gate = ({ clock }: ControllerParts): Gate => ({
      admit: () => ({ admitted: true }),
      learn: ({ outcome, admittedAtMs }) => {
        endings.push({ outcome, afterMs: clock.nowMs() - admittedAtMs });
      },
    });
    const run = simulate(scenario(), { create: staticLimit(4), gate });

    const refused = endings.filter(({ outcome }) => outcome === 'refused');
    const accepted = endings.filter(({ outcome }) => outcome === 'accepted');
    expect(refused).toHaveLength(total(run, 'refused'));
    expect(refused.every(({ afterMs }) => afterMs === 0)).toBe(true);
    expect(accepted.every(({ afterMs }) => afterMs > 0)).toBe(true);
    expect(accepted.length + refused.length).toBeGreaterThan(total(run, 'attempts') - 10);
  });

  it('lets gateways hear that a lost router does not answer', () => {
    const outcomes = new Set<string>();
    const gate = (): Gate => ({
      admit: () => ({ admitted: true }),
      learn: ({ outcome }) => outcomes.add(outcome),
    });
    const lostReplica = { index: 0, atMs: 9000 };
    simulate(scenario({ replicas: [1, 1], lostReplica }), { create: unprotected, gate });

    expect(outcomes).toEqual(new Set(['accepted', 'failed']));
  });

  it('replays a trace at its times, with its service times, classes and tenants', () => {
    const trace = [
      { atMs: 100, serviceMs: 30, criticality: 'critical', tenantId: 'a' },
      { atMs: 1200, serviceMs: 70 },
    ] as const;
    const run = simulate(scenario({ trace, phases: [{ seconds: 3, load: 1 }] }), {
      create: unprotected,
    });

    const latencies = run.slices.flatMap(({ latenciesMs }) => latenciesMs.map(Math.round));
    expect(latencies).toEqual([30, 70]);
    expect(run.slices[1]?.offered).toBe(1);
    expect(run.fates[0]?.byTenant.get('a')).toEqual({ offered: 1, good: 1 });
  });

  it('refuses a scenario without phases', () => {
    expect(() => simulate(scenario({ phases: [] }), OURS)).toThrow(RangeError);
  });
});
