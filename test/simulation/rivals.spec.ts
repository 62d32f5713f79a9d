import { least, most, simulated, type Simulated } from './figures.js';

const ADAPTIVE = ['vegas', 'gradient2', 'aimd-half-slo', 'envoy-gradient'];

/** Everybody meets the same arrivals, so one run of each tells them apart. */
const WANTED = [
  { workloads: ['W3', 'W4'], controllers: ['beamline', ...ADAPTIVE, 'codel'], runs: 1 },
  { workloads: ['W9-cold-10x'], controllers: ['beamline', ...ADAPTIVE], runs: 1 },
  {
    workloads: ['W6-echo-5x'],
    controllers: ['beamline', 'constant-30s', 'kubernetes-retry'],
    runs: 1,
  },
  { workloads: ['W2-5x'], controllers: ['beamline', 'beamline-strict', 'vegas'], runs: 1 },
];

let all: Simulated;

beforeAll(async () => {
  for (const wanted of WANTED) {
    const some = await simulated(wanted);
    all = all === undefined ? some : all.with(some);
  }
}, 220_000);

describe('our admission beside the formulas of others, on the same arrivals', () => {
  it.each(ADAPTIVE)('bursts: it refuses less than half of what %s refuses', (rival) => {
    const ours = all.during('W3-bursts', ({ refused }) => refused);
    const theirs = all.during('W3-bursts', ({ refused }) => refused, rival);

    expect(most(ours)).toBeLessThan(least(theirs) / 2);
  });

  it.each(ADAPTIVE)('a slow downstream: it answers more in time than %s', (rival) => {
    const ours = all.during('W4-slow', ({ goodput }) => goodput);
    const theirs = all.during('W4-slow', ({ goodput }) => goodput, rival);

    expect(least(ours)).toBeGreaterThan(most(theirs));
  });

  it.each(['vegas', 'gradient2', 'envoy-gradient'])(
    'a cold start at 10x: it answers more in time than %s',
    (rival) => {
      const ours = all.during('W9-cold-10x', ({ goodput }) => goodput);
      const theirs = all.during('W9-cold-10x', ({ goodput }) => goodput, rival);

      expect(least(ours)).toBeGreaterThan(most(theirs));
    },
  );

  it.each(['constant-30s', 'kubernetes-retry'])(
    'retries: those who come back make a second overload with %s, and none with our slots',
    (rival) => {
      const ours = all.after('W6-echo-5x', ({ peakAttempts }) => peakAttempts);
      const theirs = all.after('W6-echo-5x', ({ peakAttempts }) => peakAttempts, rival);

      expect(most(ours)).toBeLessThan(1.1);
      expect(least(theirs)).toBeGreaterThan(2);
    },
  );

  it('steady latency is where Vegas is better: its p99 at 5x is lower', () => {
    const ours = all.during('W2-5x', ({ steadyP99Ms }) => steadyP99Ms);
    const theirs = all.during('W2-5x', ({ steadyP99Ms }) => steadyP99Ms, 'vegas');

    expect(most(theirs)).toBeLessThan(least(ours));
  });
});

describe('the statuses during a step to 5x', () => {
  it('proportional: tells by its effective status all the time that it sheds, and two seconds later that it does not', () => {
    expect(least(all.during('W2-5x', ({ active }) => active.effective))).toBe(1);
    expect(most(all.after('W2-5x', ({ active }) => active.effective))).toBe(0);
  });

  it('proportional: the reported status never becomes active, because waiting is kept short', () => {
    expect(most(all.during('W2-5x', ({ active }) => active.reported))).toBe(0);
  });

  it('strict: the reported status becomes active, lets in again in between, and is over soon after the step', () => {
    const during = all.during('W2-5x', ({ active }) => active.reported, 'beamline-strict');

    expect(least(during)).toBeGreaterThan(0.1);
    expect(most(during)).toBeLessThan(1);
    expect(most(all.after('W2-5x', ({ active }) => active.reported, 'beamline-strict'))).toBe(0);
  });

  it('strict: refusing everybody by turns wastes a tenth of the capacity or more', () => {
    const strict = all.during('W2-5x', ({ goodput }) => goodput, 'beamline-strict');
    const ours = all.during('W2-5x', ({ goodput }) => goodput);

    expect(most(strict)).toBeLessThan(least(ours) - 0.1);
  });
});
