import { LoadEstimate } from './load-estimate.js';

/** Three seconds in which a request is answered every 10 ms; `queueMs` tells how long the n-th says to have waited. */
function anEstimate(queueMs: (n: number) => number | undefined) {
  const estimate = new LoadEstimate(1_000, 0);
  let nowMs = 0;
  for (let n = 0; n < 300; n += 1) {
    nowMs += 10;
    estimate.advance(nowMs, 1);
    estimate.begin(nowMs);
    const waited = queueMs(n);
    const work = waited === undefined ? { serviceMs: 5 } : { serviceMs: 5, queueMs: waited };
    estimate.learn('success', work, 5 + (waited ?? 0), nowMs);
  }
  return { estimate, nowMs };
}

describe('whether there is a wait', () => {
  it.each<[string, boolean, (n: number) => number | undefined]>([
    ['there is, when everybody reports to have waited', true, () => 40],
    ['there is none, when somebody now and then has not', false, (n) => (n % 10 === 0 ? 0 : 40)],
    ['there is none, when nobody reports a wait', false, () => undefined],
  ])('%s, whatever is predicted', (_, expected, queueMs) => {
    const { estimate, nowMs } = anEstimate(queueMs);

    expect(estimate.observeWait(0, nowMs)).toBe(expected);
  });

  it('is told by the prediction once no reports come any more', () => {
    const { estimate, nowMs } = anEstimate(() => 40);

    estimate.advance(nowMs + 300, 0);
    estimate.advance(nowMs + 600, 0);

    expect(estimate.observeWait(0, nowMs + 600)).toBe(false);
  });

  it('is not told by a queue of before a pause', () => {
    const { estimate, nowMs } = anEstimate(() => 40);

    estimate.advance(nowMs + 60_000, 0);

    expect(estimate.observeWait(0, nowMs + 60_000)).toBe(false);
  });
});

it('shows a reported wait until a window has passed in which nobody reports one', () => {
  const { estimate, nowMs } = anEstimate((n) => (n < 200 ? 40 : undefined));
  expect(estimate.queueMs(nowMs)).toBe(0);

  const waiting = anEstimate(() => 40);
  expect(waiting.estimate.queueMs(waiting.nowMs)).toBe(40);
});

describe('a process that does not know its work yet', () => {
  interface Told {
    /** Time between the starts of those who waited. */
    readonly apartMs: number;
    readonly queueMs: number;
    readonly serviceMs?: number;
  }

  /** It has seen one answer, and then ten that say how long they have waited. */
  function aNewcomer({ apartMs, queueMs, serviceMs = 50 }: Told): LoadEstimate {
    const estimate = new LoadEstimate(1_000, 0);
    estimate.begin(0);
    estimate.learn('success', { serviceMs: 50, queueMs: 0 }, 50, 50);
    for (let n = 0; n < 10; n += 1) {
      const nowMs = 50 + n * apartMs;
      estimate.learn('success', { serviceMs, queueMs }, 50 + queueMs, nowMs);
    }
    return estimate;
  }

  /** With fifty running at once, and half of one per millisecond done. */
  const ASSUMED_MS = 100 / 0.5;

  it('takes fifty to run at once, and half of them to be the pace', () => {
    const estimate = aNewcomer({ apartMs: 12.5, queueMs: 0 });

    expect(estimate.waitMs(50, 100)).toBe(0);
    expect(estimate.waitMs(150, 100)).toBeCloseTo(ASSUMED_MS, 12);
  });

  it('believes those who had to wait that it is less', () => {
    const estimate = aNewcomer({ apartMs: 12.5, queueMs: 50 });

    expect(estimate.waitMs(6.2, 100)).toBeCloseTo(0, 12);
    expect(estimate.waitMs(30, 100)).toBeCloseTo((30 - 6.2) / 0.08, 9);
  });

  it.each<[string, Told]>([
    ['that it is more', { apartMs: 0.1, queueMs: 50 }],
    ['who waited next to nothing', { apartMs: 12.5, queueMs: 10 }],
    ['who began together, after a pause of the process', { apartMs: 0, queueMs: 150 }],
    ['whose times are none', { apartMs: 12.5, queueMs: 50, serviceMs: -1 }],
  ])('believes nobody %s', (_, told) => {
    expect(aNewcomer(told).waitMs(150, 100)).toBeCloseTo(ASSUMED_MS, 12);
  });

  it.each([
    ['a window and one more', [250, 500]],
    ['a pause', [60_000]],
  ])('believes them no longer after %s without anybody who waited', (_, times) => {
    const estimate = aNewcomer({ apartMs: 12.5, queueMs: 50 });
    for (const nowMs of times) estimate.advance(nowMs, 0);

    expect(estimate.waitMs(50, times.at(-1) ?? 0)).toBe(0);
  });

  it('takes a wait that everybody reports for the way work is taken up there', () => {
    const { estimate, nowMs } = anEstimate(() => 40);
    // A hundred per second, all of which wait: were they believed, ten more would wait for 80 ms.
    expect(estimate.waitMs(40, nowMs)).toBe(0);
  });
});

describe('what is learned from endings', () => {
  /** So many seconds of a request every 10 ms, each in hand for so long, told by `work`. */
  function learned(
    seconds: number,
    latencyMs: number,
    work?: { serviceMs?: number; queueMs?: number },
  ): { estimate: LoadEstimate; nowMs: number } {
    const estimate = new LoadEstimate(1_000, 0);
    let nowMs = 0;
    for (; nowMs < seconds * 1_000; nowMs += 10) {
      estimate.advance(nowMs, 1);
      estimate.begin(nowMs);
      estimate.learn('success', work, latencyMs, nowMs);
    }
    return { estimate, nowMs };
  }

  /** Another second and a half in which nothing succeeds, with so many in hand. */
  function fallSilent(
    { estimate, nowMs }: ReturnType<typeof learned>,
    outcome: 'dropped' | 'ignored',
  ) {
    const before = estimate.perMs;
    for (let ms = nowMs; ms < nowMs + 1_500; ms += 10) {
      estimate.advance(ms, 1);
      estimate.learn(outcome, undefined, 10, ms);
    }
    return estimate.perMs / before;
  }

  it('is less capacity when work is dropped, and nothing when it is ignored', () => {
    expect(fallSilent(learned(3, 5, { serviceMs: 5 }), 'dropped')).toBeLessThan(0.5);
    expect(fallSilent(learned(3, 5, { serviceMs: 5 }), 'ignored')).toBe(1);
  });

  it('is the time on the way, which is no wait', () => {
    // 100 per second of 50 ms of work and 200 ms on the way: 25 are in hand without any wait.
    const far = learned(3, 250, { serviceMs: 50, queueMs: 0 });
    const near = learned(3, 50, { serviceMs: 50, queueMs: 0 });
    for (const { estimate } of [far, near]) {
      for (let nowMs = 3_010; nowMs < 5_000; nowMs += 10) {
        estimate.advance(nowMs, 80);
        estimate.learn('success', undefined, 800, nowMs);
      }
    }

    expect(far.estimate.isProven).toBe(true);
    expect(near.estimate.waitMs(60, 5_000) - far.estimate.waitMs(60, 5_000)).toBeCloseTo(
      1.05 * 200,
      0,
    );
  });

  it.each([
    ['no wait is told', { serviceMs: 50 }],
    ['no service time is told', { queueMs: 0 }],
  ])('is no time on the way where %s', (_, work) => {
    const { estimate, nowMs } = learned(3, 250, work);

    expect(estimate.waitMs(50, nowMs)).toBe(0);
    expect(estimate.waitMs(51, nowMs)).toBeGreaterThan(0);
  });

  it.each([NaN, -1, Infinity])('is nothing from a wait of %d ms', (queueMs) => {
    const { estimate, nowMs } = learned(3, 50, { serviceMs: 50, queueMs });

    expect(estimate.queueMs(nowMs)).toBe(0);
    expect(estimate.observeWait(0, nowMs)).toBe(false);
  });

  it('is inferred at once where the first answer tells nothing', () => {
    const estimate = new LoadEstimate(1_000, 0);
    expect(estimate.quality).toBe('none');
    estimate.learn('success', undefined, 50, 50);

    expect(estimate.quality).toBe('inferred');
    expect(estimate.backlogLimit).toBeGreaterThan(0);
    estimate.learn('success', { serviceMs: 50 }, 50, 60);
    expect(estimate.quality).toBe('reported');
    expect(estimate.backlogLimit).toBeUndefined();
  });
});

describe('a delay before the door', () => {
  it('counts as wait for a second', () => {
    const estimate = new LoadEstimate(1_000, 0);
    expect(estimate.waitMs(0, 0)).toBe(0);
    estimate.observeDoor(70, 5_000);

    expect(estimate.waitMs(0, 6_000)).toBe(70);
    expect(estimate.queueMs(6_000)).toBe(70);
    expect(estimate.waitMs(0, 6_001)).toBe(0);
  });

  it('may be nothing, and is nothing else than a time', () => {
    const estimate = new LoadEstimate(1_000, 0);
    for (const bad of [NaN, -1, Infinity]) estimate.observeDoor(bad, 0);
    expect(estimate.waitMs(0, 0)).toBe(0);

    estimate.observeDoor(70, 0);
    estimate.observeDoor(0, 10);
    expect(estimate.waitMs(0, 10)).toBe(0);
  });
});
