import { type BreakerChange, RouterBreaker } from './router-breaker.js';

/** Polls that say `active`, five seconds apart; the time after them. */
function activePolls(breaker: RouterBreaker, count: number): number {
  for (let n = 0; n < count; n += 1) breaker.polled(true, n * 5_000);
  return (count - 1) * 5_000;
}

function probes(breaker: RouterBreaker, outcomes: readonly boolean[], fromMs: number) {
  return outcomes.map((isTaken, n): BreakerChange | 'held back' => {
    const nowMs = fromMs + (n + 1) * 1_000;
    return breaker.mayPass(nowMs) ? breaker.settle(isTaken) : 'held back';
  });
}

it('opens with the fourth active poll in a row', () => {
  const breaker = new RouterBreaker();
  const changes = [0, 1, 2, 3, 4].map((n) => breaker.polled(true, n * 5_000));

  expect(changes).toEqual([undefined, undefined, undefined, 'opened', undefined]);
  expect(breaker.isOpen).toBe(true);
});

it('counts anew after a poll that says something else', () => {
  const breaker = new RouterBreaker();
  activePolls(breaker, 3);
  breaker.polled(false, 15_000);
  breaker.polled(true, 20_000);

  expect(breaker.isOpen).toBe(false);
});

it('learns nothing from a poll that was not answered', () => {
  const breaker = new RouterBreaker();
  activePolls(breaker, 3);
  breaker.polled(undefined, 15_000);

  expect(breaker.polled(true, 20_000)).toBe('opened');
});

it('does not add up polls that lie far apart', () => {
  const breaker = new RouterBreaker();
  for (let n = 0; n < 10; n += 1) breaker.polled(true, n * 15_001);

  expect(breaker.isOpen).toBe(false);
});

it('lets one probe per second pass while it is open', () => {
  const breaker = new RouterBreaker();
  const openedMs = activePolls(breaker, 4);
  let passed = 0;
  for (let ms = 10; ms <= 10_000; ms += 10) if (breaker.mayPass(openedMs + ms)) passed += 1;

  expect(passed).toBe(10);
});

it('lets everything pass while it is closed', () => {
  const breaker = new RouterBreaker();

  expect([breaker.mayPass(0), breaker.mayPass(0)]).toEqual([true, true]);
});

it('closes after three probes in a row that were taken', () => {
  const breaker = new RouterBreaker();
  const openedMs = activePolls(breaker, 4);

  expect(probes(breaker, [true, true, false, true, true, true], openedMs)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    'recovered',
  ]);
  expect(breaker.isOpen).toBe(false);
});

it('does not take answers to earlier requests for probes', () => {
  const breaker = new RouterBreaker();
  activePolls(breaker, 4);
  for (let n = 0; n < 100; n += 1) breaker.settle(true);

  expect(breaker.isOpen).toBe(true);
});

it('closes with a poll that says something else', () => {
  const breaker = new RouterBreaker();
  activePolls(breaker, 4);

  expect(breaker.polled(false, 20_000)).toBe('recovered');
  expect(breaker.mayPass(20_000)).toBe(true);
});

it('closes when no poll is answered any more', () => {
  const breaker = new RouterBreaker();
  const openedMs = activePolls(breaker, 4);

  expect(breaker.advance(openedMs + 15_000)).toBeUndefined();
  expect(breaker.advance(openedMs + 15_001)).toBe('expired');
  expect(breaker.isOpen).toBe(false);
});

it('closes when something better is known', () => {
  const breaker = new RouterBreaker();
  activePolls(breaker, 4);

  expect(breaker.reset()).toBe('recovered');
  expect(breaker.reset()).toBeUndefined();
});
