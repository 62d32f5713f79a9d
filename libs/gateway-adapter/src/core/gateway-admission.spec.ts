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
    admission.polled(aContractLoad({ status: 'active', ttlMs: 6_500 }), 0);

    expect(ask(6_499)).toBe('active');
    expect(ask(6_500)).toBe('admitted');
  });
});

describe('retries of the gateway itself', () => {
  const retry = (admission: GatewayAdmission, nowMs: number, slotAtMs?: number) =>
    reasonOf(admission.admit({ criticality: 'default', attempt: 1, slotAtMs }, nowMs));

  it('are a tenth of the requests, and three at least', () => {
    const { admission, events } = aGateway();
    const verdicts = [1, 2, 3, 4].map(() => retry(admission, 0));

    expect(verdicts).toEqual(['admitted', 'admitted', 'admitted', 'retry_budget']);
    expect(events).toEqual([
      { type: 'retry-denied', reason: 'retry_budget', criticality: 'default' },
    ]);
  });

  it('take nobody’s turn when they are denied: who has an answer does not come back', () => {
    const appointments = [0, 500].map((denied) => {
      const { admission } = aGateway({ retryShare: 0, minRetries: 0 });
      const { nowMs } = send(admission, { fromMs: 0, seconds: 3, perSecond: 1_000, taken: 2 });
      for (let n = 0; n < denied; n += 1) retry(admission, nowMs);
      while (admission.admit({ criticality: 'default' }, nowMs).admitted);
      return admission.admit({ criticality: 'default' }, nowMs);
    });

    expect(appointments[1]).toEqual(appointments[0]);
  });

  it('cost nothing in the slot that the router gave them', () => {
    const { admission } = aGateway({ minRetries: 0, retryShare: 0 });

    expect(retry(admission, 1_000, 1_000)).toBe('admitted');
    expect(retry(admission, 1_000, 5_000)).toBe('retry_budget');
  });
});

describe('a request that was let in', () => {
  const isLimited = (admission: GatewayAdmission, nowMs: number): boolean =>
    admission.view(nowMs).limitPerSecond !== undefined;

  it('and never sent gives back what it has spent', () => {
    const { admission, ask } = aGateway();
    const { nowMs } = send(admission, { fromMs: 0, seconds: 3, perSecond: 1_000, taken: 2 });
    while (ask(nowMs) === 'admitted');
    admission.settle('unsent', nowMs);

    expect(ask(nowMs)).toBe('admitted');
    expect(ask(nowMs)).toBe('credit');
  });

  it('and refused for its own deadline counts for no load, however many are', () => {
    const { admission, types } = aGateway();
    for (let n = 0; n < 10_000; n += 1) {
      admission.admit({ criticality: 'default' }, n);
      admission.settle(n % 4 === 0 ? 'ignored' : 'accepted', n);
    }

    expect(isLimited(admission, 10_000)).toBe(false);
    expect(admission.view(10_000).throttled).toBe(0);
    expect(types()).toEqual([]);
  });

  it('is no probe of the breaker when it tells nothing', () => {
    const { admission, ask } = aGateway();
    for (let n = 0; n < 4; n += 1) admission.polled(aContractLoad({ status: 'active' }), n * 5_000);
    const probes = ['accepted', 'accepted', 'ignored', 'unsent', 'accepted'] as const;
    const breaker = probes.map((outcome, n) => {
      const nowMs = 20_000 + n * 1_000;
      ask(nowMs);
      admission.settle(outcome, nowMs);
      return admission.view(nowMs).breaker;
    });

    expect(breaker).toEqual(['open', 'open', 'open', 'open', 'closed']);
  });

  it('leaves no probe to others that were under way before, when it tells nothing', () => {
    const { admission, ask } = aGateway();
    for (let n = 0; n < 4; n += 1) admission.polled(aContractLoad({ status: 'active' }), n * 5_000);
    for (const [n, outcome] of (['accepted', 'accepted', 'ignored', 'unsent'] as const).entries()) {
      ask(20_000 + n * 1_000);
      admission.settle(outcome, 20_000 + n * 1_000);
    }
    admission.settle('accepted', 23_500);

    expect(admission.view(23_500).breaker).toBe('open');
  });
});

it('tells everybody what to do while the router is active, whatever the mode, and spends nothing', () => {
  const { admission, types } = aGateway({ minRetries: 0 });

  expect(admission.refusalWhileActive('default', 0)).toBeUndefined();
  admission.hear(aLoad({ status: 'active', effectiveStatus: 'active', retryAfterMs: 7_000 }), 1);
  expect(admission.refusalWhileActive('default', 2)).toEqual({
    admitted: false,
    reason: 'active',
    status: 'active',
    retryAfterMs: 7_000,
    retryable: true,
  });
  expect(types()).toContain('request-refused');
});

it.each([
  ['mode', 'strict', 'credit or contract (got strict)'],
  ['retryShare', Number.NaN, '0 to 1 (got NaN)'],
  ['minRetries', -1, '≥ 0 (got -1)'],
  ['backgroundShare', 1.5, '0 to 1 (got 1.5)'],
  ['maxRetryAfterMs', Number.NaN, '≥ 1 (got NaN)'],
])('is not made with the %s %s', (name, value, rule) => {
  expect(() => aGateway({ [name]: value })).toThrow(`GatewayAdmission ${name} must be ${rule}`);
});
