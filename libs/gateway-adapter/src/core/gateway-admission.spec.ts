import { aGateway, reasonOf, send } from './gateway-admission.fixture.js';
import type { GatewayAdmission } from './gateway-admission.js';
import { aContractLoad, aLoad } from './router-load.fixture.js';

it('admits everything while it knows nothing, with the same verdict', () => {
  const { admission } = aGateway();
  const verdicts = [0, 1, 2].map((nowMs) => admission.admit({ criticality: 'sheddable' }, nowMs));

  expect(new Set(verdicts).size).toBe(1);
  expect(verdicts[0]).toEqual({ admitted: true });
});

it('refuses what the router does not take, and says when to come back', () => {
  const { admission, ask } = aGateway();
  const { nowMs } = send(admission, { fromMs: 0, seconds: 3, perSecond: 1_000, taken: 2 });
  admission.hear(aLoad({ effectiveStatus: 'active', credit: 200 }), nowMs);
  while (ask(nowMs) === 'admitted');

  expect(admission.admit({ criticality: 'default' }, nowMs)).toEqual({
    admitted: false,
    reason: 'credit',
    status: 'active',
    retryAfterMs: expect.any(Number),
    retryable: true,
  });
});

it('spreads those it refuses, as far as is set', () => {
  const { admission } = aGateway({ maxRetryAfterMs: 5_000 }, () => Math.random());
  const { nowMs } = send(admission, { fromMs: 0, seconds: 3, perSecond: 1_000, taken: 2 });
  const told: number[] = [];
  for (let n = 0; n < 2_000; n += 1) {
    const verdict = admission.admit({ criticality: 'default' }, nowMs);
    if (!verdict.admitted) told.push(Math.round(verdict.retryAfterMs / 100));
  }

  expect(new Set(told).size).toBeGreaterThan(20);
  expect(Math.max(...told)).toBeLessThanOrEqual(50);
  expect(Math.min(...told)).toBeGreaterThanOrEqual(9);
});

it('asks to come back the later, the more of what the router takes is in use anyway', () => {
  const [quiet = 0, busy = 0] = [200, 900].map((usual) => {
    const { admission } = aGateway();
    const { nowMs } = send(admission, { fromMs: 0, seconds: 20, perSecond: usual });
    for (let n = 0; n < 4_000; n += 1) admission.settle('accepted', nowMs);
    admission.hear(aLoad({ credit: 1_000 }), nowMs + 250);
    let last = 0;
    for (let n = 0; n < 400; n += 1) {
      const verdict = admission.admit({ criticality: 'default' }, nowMs + 251);
      if (!verdict.admitted) last = verdict.retryAfterMs;
    }
    return last;
  });

  expect(busy).toBeGreaterThan(quiet);
});

it('keeps tokens for what is critical', () => {
  const { admission, ask } = aGateway();
  const { nowMs } = send(admission, { fromMs: 0, seconds: 3, perSecond: 1_000, taken: 2 });
  while (ask(nowMs) === 'admitted');

  expect(ask(nowMs, 'sheddable')).toBe('credit');
  expect(ask(nowMs, 'critical')).toBe('admitted');
});

it('begins with the first push that tells a credit, before anything is refused', () => {
  const { admission, types } = aGateway();
  const { nowMs } = send(admission, { fromMs: 0, seconds: 2, perSecond: 500 });
  admission.hear(aLoad({ credit: 300 }), nowMs);
  const { refusedHere, asked } = send(admission, { fromMs: nowMs, seconds: 0.5, perSecond: 3_000 });

  expect(types()).toContain('limit-started');
  expect(refusedHere / asked).toBeGreaterThan(0.7);
});

it('is open again some seconds after the last refusal, whatever became of the router', () => {
  const { admission, ask } = aGateway();
  let { nowMs } = send(admission, { fromMs: 0, seconds: 5, perSecond: 1_000, taken: 1 });
  admission.hear(aLoad({ status: 'active', effectiveStatus: 'active', credit: 0 }), nowMs);
  nowMs += 30_000;

  for (let n = 0; n < 1_000; n += 1) expect(ask(nowMs, 'sheddable')).toBe('admitted');
  expect(admission.view(nowMs)).toMatchObject({
    status: 'unknown',
    source: undefined,
    pushesLost: true,
    limitPerSecond: undefined,
  });
});

describe('background work', () => {
  it.each`
    status        | credit       | draw   | verdict
    ${'inactive'} | ${undefined} | ${0.9} | ${'admitted'}
    ${'warning'}  | ${undefined} | ${0.9} | ${'background'}
    ${'warning'}  | ${undefined} | ${0.4} | ${'admitted'}
    ${'warning'}  | ${null}      | ${0.9} | ${'background'}
    ${'active'}   | ${undefined} | ${0.1} | ${'background'}
    ${'active'}   | ${100}       | ${0.9} | ${'admitted'}
    ${'unknown'}  | ${undefined} | ${0.9} | ${'admitted'}
  `('on $status with a credit of $credit is $verdict', ({ status, credit, draw, verdict }) => {
    const { admission, ask } = aGateway({}, () => draw);
    admission.hear(aLoad({ status, effectiveStatus: status, credit }), 0);

    expect(ask(1, 'sheddable')).toBe(verdict);
    expect(ask(1, 'default')).toBe('admitted');
  });

  it('is served on warning by the share that is set', () => {
    const { admission, ask } = aGateway({ backgroundShare: 1 }, () => 0.999);
    admission.hear(aContractLoad({ status: 'warning' }), 0);

    expect(ask(1, 'sheddable')).toBe('admitted');
  });
});

describe('contract mode', () => {
  it('refuses everything while the router is active, until the time it names', () => {
    const { admission, ask } = aGateway({ mode: 'contract' });
    admission.hear(aContractLoad({ status: 'active', retryAfterMs: 17_000 }), 0);

    expect(admission.admit({ criticality: 'critical' }, 1)).toMatchObject({
      reason: 'active',
      retryAfterMs: 17_000,
      retryable: true,
    });
    admission.hear(aContractLoad({ status: 'inactive' }), 2);
    expect(ask(3)).toBe('admitted');
  });

  it('names thirty seconds for a router that names none', () => {
    const { admission } = aGateway({ mode: 'contract' });
    admission.hear(aContractLoad({ status: 'active' }), 0);

    expect(admission.admit({ criticality: 'default' }, 1)).toMatchObject({ retryAfterMs: 30_000 });
  });

  it('limits no rate', () => {
    const { admission, types } = aGateway({ mode: 'contract' });
    admission.hear(aLoad({ credit: 1, ttlMs: 60_000 }), 0);
    const { refusedHere } = send(admission, { fromMs: 1, seconds: 3, perSecond: 1_000, taken: 1 });

    expect(refusedHere).toBe(0);
    expect(types()).not.toContain('limit-started');
  });

  it('opens again when nothing is heard any more', () => {
    const { admission, ask } = aGateway({ mode: 'contract' });
    admission.polled(aContractLoad({ status: 'active' }), 0);

    expect(ask(5_999)).toBe('active');
    expect(ask(6_000)).toBe('admitted');
  });
});

describe('retries of the gateway itself', () => {
  const retry = (admission: GatewayAdmission, nowMs: number, slotAtMs?: number) =>
    reasonOf(admission.admit({ criticality: 'default', attempt: 1, slotAtMs }, nowMs));

  it('are a tenth of the requests, and three at least', () => {
    const { admission, types } = aGateway();
    const verdicts = [1, 2, 3, 4].map(() => retry(admission, 0));

    expect(verdicts).toEqual(['admitted', 'admitted', 'admitted', 'retry_budget']);
    expect(types()).toContain('retry-denied');
  });

  it('cost nothing in the slot that the router gave them', () => {
    const { admission } = aGateway({ minRetries: 0, retryShare: 0 });

    expect(retry(admission, 1_000, 1_000)).toBe('admitted');
    expect(retry(admission, 1_000, 5_000)).toBe('retry_budget');
  });
});
