import { InferredService } from './inferred-service.js';

const SLO_MS = 1_000;

/** Lets windows of 200 ms pass, each with so many answers of a latency. */
function pass(
  inferred: InferredService,
  fromMs: number,
  windows: { answers: number; latencyMs: number }[],
): number {
  let nowMs = fromMs;
  for (const { answers, latencyMs } of windows) {
    for (let n = 0; n < answers; n += 1) inferred.record(latencyMs);
    nowMs += 200;
    inferred.closeWindow(nowMs, SLO_MS);
  }
  return nowMs;
}

const same = <T>(count: number, window: T): T[] => Array.from({ length: count }, () => window);

it('takes the mean of what was answered until there is enough', () => {
  const inferred = new InferredService(0);
  expect(inferred.serviceMs).toBe(0);

  inferred.record(100);
  inferred.record(300);
  expect(inferred.serviceMs).toBe(200);
});

it('takes windows with few answers together', () => {
  const inferred = new InferredService(0);
  const nowMs = pass(inferred, 0, [{ answers: 10, latencyMs: 100 }]);

  pass(inferred, nowMs, [
    { answers: 9, latencyMs: 50 },
    { answers: 1, latencyMs: 50 },
  ]);

  expect(inferred.serviceMs).toBe(75);
});

it('follows shorter latencies quickly and longer ones hardly', () => {
  const inferred = new InferredService(0);
  let nowMs = pass(inferred, 0, same(10, { answers: 20, latencyMs: 100 }));
  nowMs = pass(inferred, nowMs, same(5 * 30, { answers: 20, latencyMs: 400 }));
  expect(inferred.serviceMs).toBeLessThan(110);

  pass(inferred, nowMs, same(8, { answers: 20, latencyMs: 50 }));
  expect(inferred.serviceMs).toBeLessThan(51);
});

it('never takes more than half of the objective for service', () => {
  const inferred = new InferredService(0);
  pass(inferred, 0, same(10_000, { answers: 20, latencyMs: 900 }));

  expect(inferred.serviceMs).toBe(550);
});

it('believes in the parallelism that it saw without a queue', () => {
  const inferred = new InferredService(0);
  pass(inferred, 0, same(5, { answers: 160, latencyMs: 50 }));

  // 0.8 answers per millisecond, each in hand for 50 ms.
  expect(inferred.seenAtOnce(0.8, SLO_MS)).toBeCloseTo(40, 0);
});

it('does not take a queue for parallelism', () => {
  const inferred = new InferredService(0);
  const nowMs = pass(inferred, 0, same(5, { answers: 160, latencyMs: 50 }));
  pass(inferred, nowMs, same(5, { answers: 160, latencyMs: 400 }));

  expect(inferred.seenAtOnce(0.8, SLO_MS)).toBeLessThan(41);
});

it('gives the belief up where it would fill most of the objective', () => {
  const inferred = new InferredService(0);
  pass(inferred, 0, same(5, { answers: 160, latencyMs: 50 }));

  expect(inferred.seenAtOnce(0.01, SLO_MS)).toBeCloseTo(7);
});

it('lets the belief fade by half in about two minutes', () => {
  const inferred = new InferredService(0);
  const nowMs = pass(inferred, 0, same(5, { answers: 160, latencyMs: 50 }));
  pass(inferred, nowMs, same(5 * 140, { answers: 20, latencyMs: 50 }));

  expect(inferred.seenAtOnce(0.8, SLO_MS)).toBeGreaterThan(15);
  expect(inferred.seenAtOnce(0.8, SLO_MS)).toBeLessThan(25);
});

it('takes half as long again, and a little, for no queue yet', () => {
  const inferred = new InferredService(0);
  pass(inferred, 0, [{ answers: 10, latencyMs: 100 }]);

  expect(inferred.unqueuedMs(SLO_MS)).toBeCloseTo(170);
});
