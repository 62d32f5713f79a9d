import type { Clock } from '@beamline/kernel';
import type { CreateController } from '../controller.js';

/** When to come back, in milliseconds from now. Asked once per refusal. */
type RetryAfterRule = (clock: Clock) => () => number;

/** The same controller, with another rule for when the refused are to come back. */
export function tellingRetryAfter(
  rule: RetryAfterRule,
  create: CreateController,
): CreateController {
  return (parts) => {
    const controller = create(parts);
    const retryAfterMs = rule(parts.clock);
    return {
      admit: (request) => {
        const verdict = controller.admit(request);
        if (verdict.admitted) return verdict;
        return { admitted: false, retryAfterMs: retryAfterMs(), retryable: true };
      },
      tick: (load) => controller.tick?.(load),
      keep: (queueMs) => controller.keep?.(queueMs) ?? true,
    };
  };
}

/** The same for everybody. */
export const constantRetryAfter =
  (ms: number): RetryAfterRule =>
  () =>
  () =>
    ms;

const [LEAST_S, MOST_S, DROPS_PER_SECOND] = [1, 32, 3];

/**
 * Kubernetes' API priority and fairness: whole seconds, doubled when at least three times as many were refused within as many seconds,
 * one less when fewer were refused than that. There is no jitter.
 */
export const kubernetesRetryAfter: RetryAfterRule = (clock) => {
  let retryAfter = LEAST_S;
  let changedAt = 0;
  let second = 0;
  const drops: { readonly second: number; count: number }[] = [{ second: 0, count: 0 }];
  const update = (now: number): void => {
    const recent = drops.filter((past) => past.second < now && now - past.second <= retryAfter);
    const dropped = recent.reduce((total, { count }) => total + count, 0);
    if (now - changedAt >= retryAfter && dropped >= DROPS_PER_SECOND * retryAfter) {
      retryAfter = Math.min(MOST_S, retryAfter * 2);
      changedAt = now;
    } else if (dropped < retryAfter) {
      retryAfter = Math.max(LEAST_S, retryAfter - 1);
    }
  };
  return () => {
    const now = Math.floor(clock.nowMs() / 1000);
    if (now !== second) {
      second = now;
      update(now);
      drops.push({ second: now, count: 0 });
      if (drops.length > MOST_S) drops.shift();
    }
    const last = drops.at(-1);
    if (last) last.count++;
    return retryAfter * 1000;
  };
};
