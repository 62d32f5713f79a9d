import { type Clock, monotonicClock } from '@beamline/kernel';
import type { LogFields, Logger, LogLevel } from './logger.js';

/** A line that may come often. */
export interface RepeatableLine {
  /** What makes two lines the same one: from a closed set. */
  readonly key: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields?: LogFields;
}

const QUIET_MS = 10_000;
const MAX_KEYS = 256;

/**
 * Writes the first line of each key at once, then at most one per ten seconds with the number of those left out.
 * Beyond 256 keys all others share one.
 */
export function withoutRepeats(
  logger: Logger,
  clock: Clock = monotonicClock,
): (line: RepeatableLine) => void {
  const seen = new Map<string, { atMs: number; suppressed: number }>();
  return ({ key, level, message, fields }) => {
    const slot = seen.has(key) || seen.size < MAX_KEYS ? key : '';
    const last = seen.get(slot);
    const nowMs = clock.nowMs();
    if (last !== undefined && nowMs - last.atMs < QUIET_MS) {
      last.suppressed += 1;
      return;
    }
    const suppressed = last?.suppressed ?? 0;
    seen.set(slot, { atMs: nowMs, suppressed: 0 });
    const context = suppressed === 0 ? fields?.context : { ...fields?.context, suppressed };
    logger[level](message, { ...fields, context });
  };
}
