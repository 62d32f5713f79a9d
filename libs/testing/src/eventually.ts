import { setTimeout as sleep } from 'node:timers/promises';

/** How long and how often {@link eventually} looks. */
export interface EventuallyOptions {
  /** Give up after, in milliseconds. Default 20 000: busy machines are slow, and nobody waits for it where all is well. */
  readonly timeoutMs?: number;
  /** Pause between two looks, in milliseconds. Default 10. */
  readonly intervalMs?: number;
}

/**
 * Repeats `look` until it neither throws nor answers `false`, and gives its answer back.
 * @throws Error with the last failure as `cause` when time is up.
 */
export async function eventually<T>(
  look: () => T | Promise<T>,
  { timeoutMs = 20_000, intervalMs = 10 }: EventuallyOptions = {},
): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  let failure: unknown = new Error('the condition stayed false');
  do {
    try {
      const answer = await look();
      if (answer !== false) return answer;
    } catch (error) {
      failure = error;
    }
    await sleep(intervalMs);
  } while (performance.now() < deadlineMs);
  const why = failure instanceof Error ? failure.message : String(failure);
  throw new Error(`not within ${timeoutMs} ms: ${why}`, { cause: failure });
}
