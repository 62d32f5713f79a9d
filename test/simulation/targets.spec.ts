import { least, most, simulated, type Simulated } from './figures.js';

const NEVER = 1e9;
const WORKLOADS = ['W1', 'W2', 'W3', 'W4', 'W5', 'W6', 'W8', 'W9', 'W10', 'W11', 'trace'];
/** Two draws of everything that is random: a target must hold for each. */
const RUNS = 2;

describe('the targets of overload control, on the simulated plant', () => {
  let ours: Simulated;

  beforeAll(async () => {
    ours = await simulated({ workloads: WORKLOADS, controllers: ['beamline'], runs: RUNS });
  }, 220_000);

  describe('while more comes than can be done', () => {
    it.each(['W2-2x', 'W2-5x', 'W2-10x', 'W9-4-slots', 'W9-400-slots', 'W10-50ms', 'W10-250ms'])(
      '%s: at least 97 % of the capacity is answered in time',
      (workload) => {
        expect(least(ours.during(workload, ({ goodput }) => goodput))).toBeGreaterThanOrEqual(0.97);
      },
    );

    it.each(['W9-cold-5x', 'W9-cold-10x'])(
      '%s: a cold start answers at least 95 % of the capacity in its first 10 s',
      (workload) => {
        expect(least(ours.during(workload, ({ goodput }) => goodput))).toBeGreaterThanOrEqual(0.95);
      },
    );

    it('5x: p99 stays within 30 % of the objective once the step is over', () => {
      expect(most(ours.during('W2-5x', ({ steadyP99Ms }) => steadyP99Ms))).toBeLessThanOrEqual(300);
    });

    it.each(['W2-2x', 'W2-5x', 'W2-10x'])(
      '%s: no second has its p95 above the objective',
      (workload) => {
        expect(most(ours.during(workload, ({ protectedMs }) => protectedMs))).toBe(0);
      },
    );

    it('5x: the first request is refused within 100 ms of the step', () => {
      const firstMs = ours.during('W2-5x', ({ firstRefusalMs = NEVER }) => firstRefusalMs);

      expect(most(firstMs)).toBeLessThanOrEqual(100);
    });

    it('2x: 99.5 % of the critical requests succeed', () => {
      const critical = ours.during('W2-2x', ({ successByClass }) => successByClass.critical);

      expect(least(critical)).toBeGreaterThanOrEqual(0.995);
    });

    it('5x: 99 % of the critical requests succeed, and next to nothing sheddable', () => {
      const critical = ours.during('W2-5x', ({ successByClass }) => successByClass.critical);
      const sheddable = ours.during('W2-5x', ({ successByClass }) => successByClass.sheddable);

      expect(least(critical)).toBeGreaterThanOrEqual(0.99);
      expect(most(sheddable)).toBeLessThanOrEqual(0.02);
    });

    it.each(['W5-tenants-2x', 'W5-tenants-5x'])(
      '%s: tenants below their share fare better than the one that asks for most',
      (workload) => {
        const lead = ours.during(
          workload,
          ({ successByTenant: { loud = 1, quiet = 0, calm = 0 } }) => Math.min(quiet, calm) / loud,
        );

        expect(least(lead)).toBeGreaterThan(1.4);
        expect(least(ours.during(workload, ({ goodput }) => goodput))).toBeGreaterThanOrEqual(0.97);
      },
    );
  });

  describe('while everything can be done', () => {
    it('0.8x: nothing is refused', () => {
      expect(most(ours.during('W1-0.8x', ({ refused }) => refused))).toBe(0);
    });

    it('0.95x: at most 0.1 % is refused', () => {
      expect(most(ours.during('W1-0.95x', ({ refused }) => refused))).toBeLessThanOrEqual(0.001);
    });

    it('1x: at most 1.5 % is refused', () => {
      expect(most(ours.during('W1-1x', ({ refused }) => refused))).toBeLessThanOrEqual(0.015);
    });

    it('bursts with a mean of 0.8x: at most 8 % is refused', () => {
      expect(most(ours.during('W3-bursts', ({ refused }) => refused))).toBeLessThanOrEqual(0.08);
    });

    it('arrivals like those of a conversation service at 0.9x: at most 1 % is refused', () => {
      expect(most(ours.during('trace-0.9x', ({ refused }) => refused))).toBeLessThanOrEqual(0.01);
    });
  });

  describe('when things change', () => {
    it.each(['W2-2x', 'W2-5x', 'W2-10x', 'W4-slow'])(
      '%s: refusals end within a second of the overload',
      (workload) => {
        expect(most(ours.after(workload, ({ calmMs }) => calmMs))).toBeLessThanOrEqual(1000);
      },
    );

    it('downstream 4 times slower: at least 95 % of what it can still do is answered in time', () => {
      expect(least(ours.during('W4-slow', ({ goodput }) => goodput))).toBeGreaterThanOrEqual(0.95);
    });

    it.each(['W6-echo-1.3x', 'W6-echo-2x', 'W6-echo-5x'])(
      '%s: clients that come back when told never make a second overload',
      (workload) => {
        const peak = ours.after(workload, ({ peakAttempts }) => peakAttempts);
        const seconds = ours.after(workload, ({ refusingSeconds }) => refusingSeconds);

        expect(most(peak)).toBeLessThanOrEqual(1.1);
        expect(most(seconds)).toBe(0);
        expect(least(ours.during(workload, ({ success }) => success))).toBeGreaterThanOrEqual(0.98);
      },
    );

    it('one client in ten that ignores what it is told does not take the goodput away', () => {
      const goodput = ours.during('W11-hostile-2x', ({ goodput: share }) => share);
      const seconds = ours.after('W11-hostile-2x', ({ refusingSeconds }) => refusingSeconds);

      expect(least(goodput)).toBeGreaterThanOrEqual(0.97);
      expect(most(seconds)).toBe(0);
    });
  });

  describe('with several routers that do not talk to each other', () => {
    it.each(['W8-3-routers', 'W8-3-skewed', 'W8-8-routers', 'W8-lost'])(
      '%s: goodput is within 2 %% of that of one router',
      (workload) => {
        const alone = ours.during('W2-5x', ({ goodput }) => goodput);
        const together = ours.during(workload, ({ goodput }) => goodput);
        const differences = together.map((goodput, run) => Math.abs(goodput - (alone[run] ?? 0)));

        expect(most(differences)).toBeLessThanOrEqual(0.02);
      },
    );
  });
});
