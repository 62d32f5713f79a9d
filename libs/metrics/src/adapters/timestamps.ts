const DRIFT_LIMIT_MS = 2;

/**
 * Wall time with microseconds: `2026-01-31T12:00:00.123456Z`. The milliseconds come from the wall clock, the rest from
 * the monotonic one; when the two drift apart (somebody set the clock), the wall clock wins.
 */
export function microsecondTimestamps(
  wallMs: () => number = Date.now,
  monotonicMs: () => number = () => performance.now(),
): () => string {
  let offsetMs = wallMs() - monotonicMs();
  let second = Number.NaN;
  let prefix = '';
  return () => {
    const wall = wallMs();
    let now = offsetMs + monotonicMs();
    if (Math.abs(now - wall) > DRIFT_LIMIT_MS) {
      offsetMs += wall - now;
      now = wall;
    }
    const micros = Math.floor(now * 1000);
    const wholeSecond = Math.floor(micros / 1_000_000);
    if (wholeSecond !== second) {
      second = wholeSecond;
      prefix = new Date(wholeSecond * 1000).toISOString().slice(0, 19);
    }
    return `${prefix}.${String(micros - wholeSecond * 1_000_000).padStart(6, '0')}Z`;
  };
}
