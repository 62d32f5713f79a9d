import { AdmissionBench, anOverloadedBench } from '@beamline/testing';

describe('admission in proportion to the wait', () => {
  it('admits while nothing waits', () => {
    const bench = new AdmissionBench();
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
    const view = anOverloadedBench().admission.view();

    expect(view.deliveredPerSecond).toBeGreaterThan(760);
    expect(view.deliveredPerSecond).toBeLessThan(840);
    expect(view.serviceMs).toBeCloseTo(50);
  });

  it('holds a standing queue to a small part of the objective', () => {
    const { predictedWaitMs, effectiveStatus } = anOverloadedBench().admission.view();

    expect(predictedWaitMs).toBeGreaterThan(20);
    expect(predictedWaitMs).toBeLessThan(100);
    expect(effectiveStatus).toBe('active');
  });

  it('refuses with the reason, the wait, the time to come back in and the status', () => {
    const bench = anOverloadedBench();
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
    const bench = anOverloadedBench();

    expect(bench.refusal({ criticality: 'sheddable' })).toBeDefined();
    expect(bench.refusal({ criticality: 'critical' })).toBeUndefined();
  });

  it('refuses what would be done after its caller has gone', () => {
    const bench = new AdmissionBench();
    bench.run(100, 6, 8);

    expect(bench.refusal({ deadlineLeftMs: 20 })).toMatchObject({
      reason: 'deadline',
      retryable: false,
    });
    expect(bench.refusal({ deadlineLeftMs: 0 })?.reason).toBe('deadline');
    expect(bench.refusal({ deadlineLeftMs: 500 })).toBeUndefined();
  });

  it('refuses what would wait longer than its caller does', () => {
    const bench = anOverloadedBench();
    bench.random = 0.999;
    bench.run(100, 0, 8);
    for (let n = 0; n < 200; n += 1) bench.ask({ criticality: 'critical' });

    expect(bench.refusal({ criticality: 'critical', deadlineLeftMs: 70 })?.reason).toBe(
      'predicted_wait',
    );
    expect(bench.refusal({ criticality: 'critical', deadlineLeftMs: 700 })).toBeUndefined();
  });

  it('refuses what its caller will not wait for, however important it is and whatever the lot says', () => {
    const bench = new AdmissionBench();
    bench.run(100, 6, 8);
    bench.random = 0.999;
    bench.admission.observeQueueDelay(620);
    const waiting = { deadlineLeftMs: 300 };

    expect(bench.refusal()).toBeUndefined();
    for (const criticality of ['critical', 'default', 'sheddable'] as const) {
      expect(bench.refusal({ ...waiting, criticality })?.reason).toBe('predicted_wait');
    }
    expect(bench.refusal({ ...waiting, plus: true })).toMatchObject({ retryable: true });
  });

  it('knows no deadline to be too short before it knows the work', () => {
    const bench = new AdmissionBench();
    expect(bench.refusal({ deadlineLeftMs: 0.001 })).toBeUndefined();
    expect(bench.refusal({ deadlineLeftMs: Number.NaN })).toBeUndefined();
    expect(bench.refusal({ deadlineLeftMs: -5 })?.reason).toBe('deadline');
  });

  it('lets a few that are above all classes in past the prediction', () => {
    const bench = anOverloadedBench();
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
    const bench = new AdmissionBench({ maxInflight: 30 });
    for (let n = 0; n < 30; n += 1) expect(bench.ask().admitted).toBe(true);

    expect(bench.refusal({ criticality: 'critical', plus: true })?.reason).toBe('hard_limit');
    bench.serve(1);
    expect(bench.refusal()).toBeUndefined();
  });
});

describe('permits', () => {
  it('count once, however often they are settled', () => {
    const bench = new AdmissionBench();
    const { admission } = bench;
    const [one] = [admission.bypass(), admission.bypass()];

    one.settle('success');
    one.settle('dropped');

    expect(admission.view().backlog).toBe(1);
    expect(bench.settled).toEqual([[0, 'success']]);
  });

  it('tell how long an answer took', () => {
    const bench = new AdmissionBench();
    bench.ask();
    bench.clock.advance(30);
    bench.held.pop()?.settle('ignored');

    expect(bench.settled).toEqual([[30, 'ignored']]);
  });

  it('that are ignored teach nothing', () => {
    const bench = new AdmissionBench();
    bench.ask();
    bench.held.pop()?.settle('ignored', { serviceMs: 5, queueMs: 5 });
    bench.clock.advance(1_000);

    expect(bench.admission.view()).toMatchObject({
      quality: 'none',
      deliveredPerSecond: 0,
      queueMs: 0,
    });
  });

  it('are held at least twice as long as the latency threshold', () => {
    const bench = new AdmissionBench({ permitTtlMs: 100 });
    bench.ask();
    bench.clock.advance(9_900);
    bench.held.pop()?.settle('success');

    expect(bench.settled).toEqual([[9_900, 'success']]);
  });

  it('that are lost are written off in their time', () => {
    const bench = new AdmissionBench({ permitTtlMs: 12_000 });
    bench.ask();
    bench.clock.advance(11_999);
    expect(bench.admission.view().backlog).toBe(1);
    bench.clock.advance(200);

    expect(bench.admission.view().backlog).toBe(0);
    expect(bench.admission.takeExpired()).toBe(1);
    expect(bench.admission.takeExpired()).toBe(0);
    bench.held.pop()?.settle('success', { serviceMs: 5 });
    expect(bench.admission.view()).toMatchObject({ backlog: 0, quality: 'none' });
    expect(bench.settled).toEqual([]);
  });

  it('to bypass admission are load, but nothing that is taken from gateways', () => {
    const idle = new AdmissionBench();
    const busy = new AdmissionBench();
    for (const bench of [idle, busy]) {
      // The same is delivered, so that both know the same capacity.
      for (let step = 0; step < 1_000; step += 1) {
        for (let n = 0; n < 5; n += 1) {
          const isOurs = bench === busy || step < 50;
          if (isOurs) bench.admission.bypass().settle('success', { serviceMs: 5 });
        }
        bench.clock.advance(10);
      }
      bench.admission.observeQueueDelay(5_000);
    }

    expect(idle.refusal()?.retryAfterMs).toBeLessThan(1_010);
    expect(busy.refusal()?.retryAfterMs).toBeGreaterThan(1_030);
    expect(busy.admission.credit()).toEqual({ isRefusing: true, takesPerSecond: 0 });
  });

  it('to bypass admission are never refused', () => {
    const { admission } = anOverloadedBench({ maxInflight: 10 });
    admission.bypass().settle('success');
    expect(admission.bypass()).toBeDefined();
  });
});
