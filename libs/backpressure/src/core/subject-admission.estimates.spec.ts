import { AdmissionBench } from '@beamline/testing';

describe('tenants', () => {
  /** One tenant offers seven times what each of three others does, four times the capacity in all. */
  function crowd(): { bench: AdmissionBench; served: Map<string, number> } {
    const bench = new AdmissionBench();
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
  function silent(steps: number, offered: number): AdmissionBench {
    const bench = new AdmissionBench();
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
    const bench = new AdmissionBench();
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
    const bench = new AdmissionBench();
    bench.admission.observeQueueDelay(800);

    expect(bench.refusal()?.predictedWaitMs).toBe(800);
    expect(bench.admission.view()).toMatchObject({ predictedWaitMs: 800, queueMs: 800 });
    bench.clock.advance(1_001);
    expect(bench.refusal()).toBeUndefined();
    expect(bench.admission.view().queueMs).toBe(0);
  });

  it.each([Number.NaN, -1, Infinity])('are left out when they are %d', (nonsense) => {
    const bench = new AdmissionBench();
    bench.admission.observeQueueDelay(nonsense);
    expect(bench.refusal()).toBeUndefined();
  });

  it('reported with an answer are shown', () => {
    const bench = new AdmissionBench();
    bench.ask();
    bench.held.pop()?.settle('success', { serviceMs: 5, queueMs: 7 });
    bench.ask();
    bench.held.pop()?.settle('success', { serviceMs: 5, queueMs: Number.NaN });

    expect(bench.admission.view().queueMs).toBe(7);
  });
});
