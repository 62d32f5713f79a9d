import { aGateway, send } from './gateway-admission.fixture.js';
import type { GatewayAdmission } from './gateway-admission.js';
import { aContractLoad, aLoad } from './router-load.fixture.js';

describe('when pushes are lost', () => {
  const fail = (admission: GatewayAdmission, nowMs: number): void => {
    for (let n = 0; n < 100; n += 1) admission.settle('failed', nowMs);
  };

  it('holds most requests back from a router that does not answer', () => {
    const { admission, ask } = aGateway();
    fail(admission, 0);
    ask(0);

    expect(ask(1)).toBe('throttle');
    expect(ask(1_000)).toBe('admitted');
    expect(admission.view(1_000).throttled).toBeCloseTo(100 / 101, 8);
  });

  it('is said once, and once that they are heard', () => {
    const { admission, ask, types } = aGateway();
    admission.hear(aLoad({ seq: 1 }), 0);
    admission.hear(aLoad({ seq: 2 }), 10);
    for (let n = 0; n < 10; n += 1) ask(3_010 + n);
    admission.hear(aLoad({ seq: 3 }), 4_000);

    const pushes = types().filter((type) => type.startsWith('pushes'));
    expect(pushes).toEqual(['pushes-heard', 'pushes-lost', 'pushes-heard']);
  });

  it.each([
    ['pushes arrive', 'failed', 'credit', true],
    ['requests are refused, which the limit sees to', 'refused', 'credit', false],
  ] as const)('throttles nothing while %s', (_while, outcome, mode, isPushed) => {
    const { admission, ask } = aGateway({ mode });
    if (isPushed) admission.hear(aLoad(), 0);
    for (let n = 0; n < 100; n += 1) admission.settle(outcome, 0);
    ask(0);

    expect(ask(1)).toBe('admitted');
  });

  it('throttles refusals too where no limit sees to them', () => {
    const { admission, ask } = aGateway({ mode: 'contract' });
    for (let n = 0; n < 100; n += 1) admission.settle('refused', 0);
    ask(0);

    expect(ask(1)).toBe('throttle');
  });
});

describe('the breaker', () => {
  const poll = (
    admission: GatewayAdmission,
    times: number,
    load = aContractLoad({ status: 'active' }),
  ) => {
    for (let n = 0; n < times; n += 1) admission.polled(load, n * 5_000);
    return (times - 1) * 5_000;
  };

  it('lets one request per second pass after the fourth active poll in a row', () => {
    const { admission, ask, types } = aGateway();
    const nowMs = poll(admission, 4);

    expect([ask(nowMs), ask(nowMs + 1_000), ask(nowMs + 1_001)]).toEqual([
      'breaker',
      'admitted',
      'breaker',
    ]);
    expect(types()).toContain('breaker-opened');
    expect(admission.view(nowMs).breaker).toBe('open');
  });

  it('stays closed for a router that tells its credit, since that sheds by itself', () => {
    const { admission } = aGateway();
    const nowMs = poll(admission, 9, aLoad({ status: 'active', credit: 100 }));

    expect(admission.view(nowMs).breaker).toBe('closed');
  });

  it('opens in contract mode whatever else is told', () => {
    const { admission } = aGateway({ mode: 'contract' });
    const nowMs = poll(admission, 4, aLoad({ status: 'active', credit: 100 }));

    expect(admission.view(nowMs).breaker).toBe('open');
  });

  it('closes with the next push', () => {
    const { admission, ask, events } = aGateway();
    const nowMs = poll(admission, 4);
    admission.hear(aContractLoad({ status: 'active' }), nowMs);

    expect(ask(nowMs)).toBe('admitted');
    expect(events).toContainEqual({ type: 'breaker-closed', reason: 'recovered' });
  });

  it('closes when polls are not answered any more', () => {
    const { admission, ask, events } = aGateway();
    const nowMs = poll(admission, 4);
    for (const ms of [5_000, 10_000, 15_000]) admission.polled(undefined, nowMs + ms);

    expect(ask(nowMs + 15_001)).toBe('admitted');
    expect(ask(nowMs + 15_001)).toBe('admitted');
    expect(events).toContainEqual({ type: 'breaker-closed', reason: 'expired' });
  });
});

describe('a router that restarts', () => {
  it('is heard under its new epoch, and its old words are not', () => {
    const { admission, events } = aGateway();
    admission.hear(aLoad({ epoch: 10, seq: 900, status: 'active' }), 0);

    expect(admission.hear(aLoad({ epoch: 11, seq: 1 }), 1)).toEqual({
      accepted: true,
      changed: true,
    });
    expect(admission.hear(aLoad({ epoch: 10, seq: 901, status: 'active' }), 2, 'webhook')).toEqual({
      accepted: false,
      reason: 'old_epoch',
    });
    expect(events.at(-1)).toEqual({ type: 'load-refused', source: 'webhook', reason: 'old_epoch' });
    expect(admission.view(2)).toMatchObject({
      status: 'inactive',
      epoch: 11,
      seq: 1,
      source: 'push',
    });
  });

  it('is not met with everything that waits: the limit does not grow while nobody answers', () => {
    const { admission, ask } = aGateway();
    const { nowMs } = send(admission, { fromMs: 0, seconds: 5, perSecond: 1_000, taken: 2 });
    const limit = admission.view(nowMs).limitPerSecond ?? Infinity;
    for (let ms = 0; ms < 60_000; ms += 1) ask(nowMs + ms);

    expect(admission.view(nowMs + 60_000).limitPerSecond).toBeLessThan(3 * limit);
  });
});

it('forgets the credit of a push that is not believed any more', () => {
  const { admission, types } = aGateway();
  const before = send(admission, { fromMs: 0, seconds: 1, perSecond: 500 });
  admission.hear(aLoad({ seq: 1, credit: 100_000 }), before.nowMs);
  const { nowMs } = send(admission, { fromMs: before.nowMs, seconds: 4, perSecond: 500 });
  admission.hear(aLoad({ seq: 2, credit: 300 }), nowMs);

  expect(types().at(-1)).toBe('limit-started');
});

describe('clocks', () => {
  it.each([-3_600_000, -1, Number.NaN, Infinity])('that jump by %d close nothing', (jumpMs) => {
    const { admission, ask } = aGateway({ mode: 'contract' });
    admission.hear(aContractLoad({ status: 'active' }), 1e12);
    ask(1e12 + jumpMs);
    for (let ms = 0; ms <= 3_000; ms += 100) ask(1e12 - 4_000_000 + ms);

    expect(ask(1e12 - 4_000_000 + 3_100)).toBe('admitted');
  });

  it('that jump ahead open', () => {
    const { admission, ask } = aGateway();
    const { nowMs } = send(admission, { fromMs: 0, seconds: 5, perSecond: 1_000, taken: 1 });

    expect(ask(nowMs + 86_400_000)).toBe('admitted');
    expect(admission.view(nowMs + 86_400_000).limitPerSecond).toBeUndefined();
  });
});
