import { AdmissionBench, admissionSettings, anOverloadedBench } from '@beamline/testing';

describe('strict mode', () => {
  it('refuses everything while the status is active, with the constant of the policy', () => {
    const bench = new AdmissionBench({ mode: 'strict' });
    bench.admission.reportStatus('active');

    expect(bench.refusal({ criticality: 'critical', plus: true })).toMatchObject({
      reason: 'backpressure_active',
      retryAfterMs: 30_000,
      retryable: true,
    });
  });

  it.each(['warning', 'inactive'] as const)('refuses nothing while the status is %s', (status) => {
    const bench = new AdmissionBench({ mode: 'strict' });
    bench.admission.reportStatus('active');
    bench.admission.reportStatus(status);

    expect(bench.run(300, 20, 2, { deadlineLeftMs: 0 })).toBe(0);
  });

  it('keeps to the hard limit', () => {
    const bench = new AdmissionBench({ mode: 'strict', maxInflight: 1 });
    bench.ask();
    expect(bench.refusal()?.reason).toBe('hard_limit');
  });

  it('does not obey the status in another mode', () => {
    const bench = new AdmissionBench();
    bench.admission.reportStatus('active');
    expect(bench.refusal()).toBeUndefined();
  });
});

describe('shadow mode', () => {
  it('admits what it would refuse, and counts it', () => {
    const bench = new AdmissionBench({ mode: 'shadow' });
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
    const bench = new AdmissionBench({ mode: 'shadow', maxInflight: 1 });
    bench.ask();
    expect(bench.refusal()?.reason).toBe('hard_limit');
  });
});

describe('room', () => {
  it('is what can be admitted without shedding', () => {
    const bench = anOverloadedBench();
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
    const bench = new AdmissionBench({ maxInflight: 20 });
    expect(bench.admission.room()).toBe(20);
    bench.ask();
    expect(bench.admission.room()).toBe(19);
  });

  it('is there for one when nothing is in hand', () => {
    const bench = new AdmissionBench({ maxInflight: 0 });
    expect(bench.admission.room()).toBe(1);
  });

  it.each(['strict', 'shadow'] as const)('is all that the hard limit leaves in mode %s', (mode) => {
    const bench = anOverloadedBench({ mode, maxInflight: 5_000 });
    expect(bench.admission.room()).toBe(5_000 - bench.admission.view().backlog);
  });
});

describe('settings', () => {
  it('hold as soon as they are changed', () => {
    const bench = new AdmissionBench({ maxInflight: 1 });
    bench.ask();
    expect(bench.refusal()).toBeDefined();

    bench.admission.configure(admissionSettings({ maxInflight: 2, permitTtlMs: 10_000 }));
    expect(bench.refusal()).toBeUndefined();
    bench.clock.advance(10_000);
    expect(bench.admission.view().backlog).toBe(0);
  });

  it('change what may wait', () => {
    const bench = new AdmissionBench({ sloMs: undefined });
    bench.admission.observeQueueDelay(800);
    expect(bench.refusal()).toBeUndefined();

    bench.admission.configure(admissionSettings({ sloMs: 1_000 }));
    expect(bench.refusal()).toBeDefined();
  });
});

it('counts requests by class and fate', () => {
  const bench = new AdmissionBench({ maxInflight: 1 });
  bench.ask({ criticality: 'critical' });
  bench.ask({ criticality: 'sheddable' });

  expect(bench.admission.takeCounts()).toEqual({
    admitted: { critical: 1, default: 0, sheddable: 0 },
    refused: [{ criticality: 'sheddable', reason: 'hard_limit', count: 1 }],
  });
});

it('does not count a deadline that was too short as shedding', () => {
  const bench = new AdmissionBench();
  for (let n = 0; n < 100; n += 1) {
    bench.ask({ deadlineLeftMs: 0, criticality: 'critical' });
    bench.clock.advance(20);
  }
  expect(bench.admission.view().effectiveStatus).toBe('inactive');
  expect(bench.admission.recentLoad().refused).toBe(0);
});

it('looks back ten seconds', () => {
  const bench = new AdmissionBench({ maxInflight: 1 });
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

it('looks back ten seconds at whatever times it is called', () => {
  const bench = new AdmissionBench();
  bench.ask();
  for (let call = 0; call < 27; call += 1) {
    bench.clock.advance(390);
    bench.admission.advance();
  }

  expect(bench.admission.recentLoad().offered).toBe(0);
});
