import { FakeClock } from '@beamline/testing';
import type { Admission, AdmissionRequest, Permit, Refusal } from './admission-types.js';
import { SubjectAdmission } from './subject-admission.js';
import { DEFAULT_SETTINGS, type SubjectSettings } from './subject-settings.js';

type Changes = Partial<SubjectSettings['admission']>;

const settingsWith = (admission: Changes): SubjectSettings => ({
  ...DEFAULT_SETTINGS,
  admission: { ...DEFAULT_SETTINGS.admission, sloMs: 1_000, ...admission },
});

/** A subject, and a plant behind it that serves first come, first served. */
class Bench {
  readonly clock = new FakeClock(0);
  readonly settled: [number, string][] = [];
  readonly admission: SubjectAdmission;
  readonly held: Permit[] = [];
  random = 0.5;

  constructor(admission: Changes = {}) {
    this.admission = new SubjectAdmission(settingsWith(admission), {
      clock: this.clock,
      random: () => this.random,
      onSettled: (latencyMs, outcome) => this.settled.push([latencyMs, outcome]),
    });
  }

  ask(request: Partial<AdmissionRequest> = {}): Admission {
    const answer = this.admission.admit({ criticality: 'default', ...request });
    if (answer.admitted) this.held.push(answer.permit);
    return answer;
  }

  refusal(request: Partial<AdmissionRequest> = {}): Refusal | undefined {
    const answer = this.ask(request);
    return answer.admitted ? undefined : answer.refusal;
  }

  serve(count: number, serviceMs: number | undefined = 50): void {
    for (const permit of this.held.splice(0, count)) {
      permit.settle('success', serviceMs === undefined ? undefined : { serviceMs });
    }
  }

  /** Offers and serves for some steps of 10 ms, so many per step. */
  run(
    steps: number,
    offered: number,
    served: number,
    request: Partial<AdmissionRequest> = {},
  ): number {
    let refused = 0;
    for (let step = 0; step < steps; step += 1) {
      for (let n = 0; n < offered; n += 1) if (!this.ask(request).admitted) refused += 1;
      this.clock.advance(10);
      this.serve(served);
    }
    return refused;
  }
}

/** A subject under four times the load it can serve, for three seconds. */
function overloaded(changes: Changes = {}): Bench {
  const bench = new Bench(changes);
  bench.run(300, 32, 8);
  return bench;
}

describe('admission in proportion to the wait', () => {
  it('admits while nothing waits', () => {
    const bench = new Bench();
    expect(bench.run(500, 6, 8)).toBe(0);
    expect(bench.admission.view()).toMatchObject({
      mode: 'proportional',
      quality: 'reported',
      predictedWaitMs: 0,
      effectiveStatus: 'inactive',
      backlogLimit: undefined,
    });
  });

  it('learns what the plant delivers and how long the work takes', () => {
    const view = overloaded().admission.view();

    expect(view.deliveredPerSecond).toBeGreaterThan(760);
    expect(view.deliveredPerSecond).toBeLessThan(840);
    expect(view.serviceMs).toBeCloseTo(50);
  });

  it('holds a standing queue to a small part of the objective', () => {
    const { predictedWaitMs, effectiveStatus } = overloaded().admission.view();

    expect(predictedWaitMs).toBeGreaterThan(20);
    expect(predictedWaitMs).toBeLessThan(100);
    expect(effectiveStatus).toBe('active');
  });

  it('refuses with the reason, the wait, the time to come back in and the status', () => {
    const bench = overloaded();
    bench.random = 0;
    for (let n = 0; n < 200; n += 1) bench.ask();

    const refusal = bench.refusal();
    expect(refusal).toMatchObject({
      reason: 'predicted_wait',
      criticality: 'default',
      retryable: true,
      effectiveStatus: 'active',
    });
    expect(refusal?.predictedWaitMs).toBeGreaterThan(40);
    expect(refusal?.retryAfterMs).toBeGreaterThan(1_000);
  });

  it('sheds sheddable requests first and critical ones last', () => {
    const bench = overloaded();

    expect(bench.refusal({ criticality: 'sheddable' })).toBeDefined();
    expect(bench.refusal({ criticality: 'critical' })).toBeUndefined();
  });

  it('refuses what would be done after its caller has gone', () => {
    const bench = new Bench();
    bench.run(100, 6, 8);

    expect(bench.refusal({ deadlineLeftMs: 20 })).toMatchObject({
      reason: 'deadline',
      retryable: false,
    });
    expect(bench.refusal({ deadlineLeftMs: 0 })?.reason).toBe('deadline');
    expect(bench.refusal({ deadlineLeftMs: 500 })).toBeUndefined();
  });

  it('refuses what would wait longer than its caller does', () => {
    const bench = overloaded();
    bench.random = 0.999;
    bench.run(100, 0, 8);
    for (let n = 0; n < 200; n += 1) bench.ask({ criticality: 'critical' });

    expect(bench.refusal({ criticality: 'critical', deadlineLeftMs: 70 })?.reason).toBe(
      'predicted_wait',
    );
    expect(bench.refusal({ criticality: 'critical', deadlineLeftMs: 700 })).toBeUndefined();
  });

  it('knows no deadline to be too short before it knows the work', () => {
    const bench = new Bench();
    expect(bench.refusal({ deadlineLeftMs: 0.001 })).toBeUndefined();
    expect(bench.refusal({ deadlineLeftMs: Number.NaN })).toBeUndefined();
    expect(bench.refusal({ deadlineLeftMs: -5 })?.reason).toBe('deadline');
  });

  it('lets a few that are above all classes in past the prediction', () => {
    const bench = overloaded();
    const refused = Array.from({ length: 300 }, () => bench.ask({ criticality: 'critical' }));
    expect(refused.at(-1)?.admitted).toBe(false);

    const plus = Array.from({ length: 100 }, () =>
      bench.ask({ criticality: 'critical', plus: true }),
    );
    const admitted = plus.filter((answer) => answer.admitted).length;
    expect(admitted).toBeGreaterThan(10);
    expect(admitted).toBeLessThan(30);
  });

  it('never has more in hand than the hard limit', () => {
    const bench = new Bench({ maxInflight: 30 });
    for (let n = 0; n < 30; n += 1) expect(bench.ask().admitted).toBe(true);

    expect(bench.refusal({ criticality: 'critical', plus: true })?.reason).toBe('hard_limit');
    bench.serve(1);
    expect(bench.refusal()).toBeUndefined();
  });
});

describe('tenants', () => {
  /** One tenant offers seven times what each of three others does, four times the capacity in all. */
  function crowd(): { bench: Bench; served: Map<string, number> } {
    const bench = new Bench();
    const served = new Map<string, number>();
    for (let step = 0; step < 1_500; step += 1) {
      for (let n = 0; n < 32; n += 1) {
        const tenantId = n < 23 ? 'hog' : `small-${n % 3}`;
        const { admitted } = bench.ask({ tenantId });
        if (admitted && step > 500) served.set(tenantId, (served.get(tenantId) ?? 0) + 1);
      }
      bench.clock.advance(10);
      bench.serve(8);
    }
    return { bench, served };
  }

  it('get equal parts of what can be served, whatever they offer', () => {
    const { served } = crowd();
    const parts = [...served.values()].toSorted((a, b) => a - b);

    expect(parts).toHaveLength(4);
    expect((parts.at(-1) ?? 0) / (parts[0] ?? 1)).toBeLessThan(1.6);
  });

  it('are told when it is for their share that they are refused', () => {
    const { bench } = crowd();
    const reasons = bench.admission.takeCounts().refused.map(({ reason }) => reason);

    expect(reasons).toContain('tenant_share');
    expect(bench.refusal({ tenantId: 'small-1', criticality: 'critical' })).toBeUndefined();
  });
});

describe('without reports of service times', () => {
  function silent(steps: number, offered: number): Bench {
    const bench = new Bench();
    for (let step = 0; step < steps; step += 1) {
      for (let n = 0; n < offered; n += 1) bench.ask();
      bench.clock.advance(10);
      for (const permit of bench.held.splice(0, 8)) permit.settle('success');
    }
    return bench;
  }

  it('limits the backlog by the latency of answers', () => {
    const view = silent(600, 32).admission.view();

    expect(view.quality).toBe('inferred');
    expect(view.backlogLimit).toBeGreaterThan(40);
    expect(view.backlogLimit).toBeLessThan(400);
    expect(view.backlog).toBeLessThanOrEqual(view.backlogLimit ?? 0);
    expect(view.effectiveStatus).toBe('active');
  });

  it('says that it is the limit', () => {
    const bench = silent(600, 32);
    for (let n = 0; n < 200; n += 1) bench.ask();

    expect(bench.refusal()?.reason).toBe('backlog_limit');
  });

  it('admits everything while the plant keeps up', () => {
    const bench = silent(600, 6);
    expect(bench.admission.recentLoad()).toMatchObject({ refused: 0 });
    expect(bench.admission.recentLoad().offered).toBeGreaterThan(3_000);
  });

  it('believes the first report that comes', () => {
    const bench = silent(100, 6);
    bench.ask();
    bench.serve(1, 5);
    expect(bench.admission.view().quality).toBe('reported');
  });

  it('goes back to inference after two hundred answers without a report', () => {
    const bench = new Bench();
    bench.ask();
    bench.serve(1, 5);
    for (let n = 0; n < 200; n += 1) {
      expect(bench.admission.view().quality).toBe('reported');
      bench.ask();
      bench.held.pop()?.settle('success', { serviceMs: Number.NaN });
    }
    expect(bench.admission.view().quality).toBe('inferred');
  });
});

describe('delays before the door', () => {
  it('count as wait for a second', () => {
    const bench = new Bench();
    bench.admission.observeQueueDelay(800);

    expect(bench.refusal()?.predictedWaitMs).toBe(800);
    expect(bench.admission.view()).toMatchObject({ predictedWaitMs: 800, queueMs: 800 });
    bench.clock.advance(1_001);
    expect(bench.refusal()).toBeUndefined();
    expect(bench.admission.view().queueMs).toBe(0);
  });

  it.each([Number.NaN, -1, Infinity])('are left out when they are %d', (nonsense) => {
    const bench = new Bench();
    bench.admission.observeQueueDelay(nonsense);
    expect(bench.refusal()).toBeUndefined();
  });

  it('reported with an answer are shown', () => {
    const bench = new Bench();
    bench.ask();
    bench.held.pop()?.settle('success', { serviceMs: 5, queueMs: 7 });
    bench.ask();
    bench.held.pop()?.settle('success', { serviceMs: 5, queueMs: Number.NaN });

    expect(bench.admission.view().queueMs).toBe(7);
  });
});

describe('permits', () => {
  it('count once, however often they are settled', () => {
    const bench = new Bench();
    const { admission } = bench;
    const [one] = [admission.bypass(), admission.bypass()];

    one.settle('success');
    one.settle('dropped');

    expect(admission.view().backlog).toBe(1);
    expect(bench.settled).toEqual([[0, 'success']]);
  });

  it('tell how long an answer took', () => {
    const bench = new Bench();
    bench.ask();
    bench.clock.advance(30);
    bench.held.pop()?.settle('ignored');

    expect(bench.settled).toEqual([[30, 'ignored']]);
  });

  it('that are ignored teach nothing', () => {
    const bench = new Bench();
    bench.ask();
    bench.held.pop()?.settle('ignored', { serviceMs: 5, queueMs: 5 });
    bench.clock.advance(1_000);

    expect(bench.admission.view()).toMatchObject({
      quality: 'none',
      deliveredPerSecond: 0,
      queueMs: 0,
    });
  });

  it('that are lost are written off in their time', () => {
    const bench = new Bench({ permitTtlMs: 5_000 });
    bench.ask();
    bench.clock.advance(4_999);
    expect(bench.admission.view().backlog).toBe(1);
    bench.clock.advance(200);

    expect(bench.admission.view().backlog).toBe(0);
    expect(bench.admission.takeExpired()).toBe(1);
    expect(bench.admission.takeExpired()).toBe(0);
    bench.held.pop()?.settle('success', { serviceMs: 5 });
    expect(bench.admission.view()).toMatchObject({ backlog: 0, quality: 'none' });
    expect(bench.settled).toEqual([]);
  });

  it('to bypass admission are never refused', () => {
    const { admission } = overloaded({ maxInflight: 10 });
    admission.bypass().settle('success');
    expect(admission.bypass()).toBeDefined();
  });
});

describe('strict mode', () => {
  it('refuses everything while the status is active, with the constant of the policy', () => {
    const bench = new Bench({ mode: 'strict' });
    bench.admission.reportStatus('active');

    expect(bench.refusal({ criticality: 'critical', plus: true })).toMatchObject({
      reason: 'backpressure_active',
      retryAfterMs: 30_000,
      retryable: true,
    });
  });

  it.each(['warning', 'inactive'] as const)('refuses nothing while the status is %s', (status) => {
    const bench = new Bench({ mode: 'strict' });
    bench.admission.reportStatus('active');
    bench.admission.reportStatus(status);

    expect(bench.run(300, 20, 2, { deadlineLeftMs: 0 })).toBe(0);
  });

  it('keeps to the hard limit', () => {
    const bench = new Bench({ mode: 'strict', maxInflight: 1 });
    bench.ask();
    expect(bench.refusal()?.reason).toBe('hard_limit');
  });

  it('does not obey the status in another mode', () => {
    const bench = new Bench();
    bench.admission.reportStatus('active');
    expect(bench.refusal()).toBeUndefined();
  });
});

describe('shadow mode', () => {
  it('admits what it would refuse, and counts it', () => {
    const bench = new Bench({ mode: 'shadow' });
    expect(bench.run(300, 32, 8)).toBe(0);

    const { admitted, refused } = bench.admission.takeCounts();
    expect(admitted.default).toBe(9_600);
    expect(refused).toEqual([
      { criticality: 'default', reason: 'predicted_wait', count: expect.any(Number) },
    ]);
    expect(bench.admission.view().effectiveStatus).toBe('inactive');
    expect(bench.admission.recentLoad().refused).toBe(0);
  });

  it('keeps to the hard limit', () => {
    const bench = new Bench({ mode: 'shadow', maxInflight: 1 });
    bench.ask();
    expect(bench.refusal()?.reason).toBe('hard_limit');
  });
});

describe('room', () => {
  it('is what can be admitted without shedding', () => {
    const bench = overloaded();
    bench.random = 0;
    bench.serve(20);
    const room = bench.admission.room();
    expect(room).toBeGreaterThan(0);

    for (let n = 0; n < room; n += 1) expect(bench.ask().admitted).toBe(true);
    expect(bench.admission.room()).toBe(0);
    expect(bench.admission.room('sheddable')).toBe(0);
    expect(bench.admission.room('critical')).toBeGreaterThan(0);
  });

  it('is never more than the hard limit leaves', () => {
    const bench = new Bench({ maxInflight: 20 });
    expect(bench.admission.room()).toBe(20);
    bench.ask();
    expect(bench.admission.room()).toBe(19);
  });

  it('is there for one when nothing is in hand', () => {
    const bench = new Bench({ maxInflight: 0 });
    expect(bench.admission.room()).toBe(1);
  });

  it.each(['strict', 'shadow'] as const)('is all that the hard limit leaves in mode %s', (mode) => {
    const bench = overloaded({ mode, maxInflight: 5_000 });
    expect(bench.admission.room()).toBe(5_000 - bench.admission.view().backlog);
  });
});

describe('settings', () => {
  it('hold as soon as they are changed', () => {
    const bench = new Bench({ maxInflight: 1 });
    bench.ask();
    expect(bench.refusal()).toBeDefined();

    bench.admission.configure(settingsWith({ maxInflight: 2, permitTtlMs: 1_000 }));
    expect(bench.refusal()).toBeUndefined();
    bench.clock.advance(1_000);
    expect(bench.admission.view().backlog).toBe(0);
  });

  it('change what may wait', () => {
    const bench = new Bench({ sloMs: undefined });
    bench.admission.observeQueueDelay(800);
    expect(bench.refusal()).toBeUndefined();

    bench.admission.configure(settingsWith({ sloMs: 1_000 }));
    expect(bench.refusal()).toBeDefined();
  });
});

it('counts requests by class and fate', () => {
  const bench = new Bench({ maxInflight: 1 });
  bench.ask({ criticality: 'critical' });
  bench.ask({ criticality: 'sheddable' });

  expect(bench.admission.takeCounts()).toEqual({
    admitted: { critical: 1, default: 0, sheddable: 0 },
    refused: [{ criticality: 'sheddable', reason: 'hard_limit', count: 1 }],
  });
});

it('does not count a deadline that was too short as shedding', () => {
  const bench = new Bench();
  for (let n = 0; n < 100; n += 1) {
    bench.ask({ deadlineLeftMs: 0, criticality: 'critical' });
    bench.clock.advance(20);
  }
  expect(bench.admission.view().effectiveStatus).toBe('inactive');
  expect(bench.admission.recentLoad().refused).toBe(0);
});

it('looks back ten seconds', () => {
  const bench = new Bench({ maxInflight: 1 });
  for (let n = 0; n < 3; n += 1) bench.ask();
  bench.clock.advance(200);
  expect(bench.admission.recentLoad()).toEqual({ offered: 3, refused: 2 });

  bench.clock.advance(9_600);
  bench.admission.advance();
  expect(bench.admission.recentLoad()).toEqual({ offered: 3, refused: 2 });
  bench.clock.advance(200);
  bench.admission.advance();
  bench.clock.advance(60_000);
  expect(bench.admission.recentLoad()).toEqual({ offered: 0, refused: 0 });
});
