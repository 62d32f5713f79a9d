import type { NatsLink } from '@beamline/jetstream';
import {
  type Clock,
  ignoreEvents,
  monotonicClock,
  type Observer,
  wallClock,
} from '@beamline/kernel';
import type { NotificationEvent } from '../core/index.js';
import type { GatewayRegistry } from './gateway-registry.js';
import type { LoadSource } from './load-source.js';
import type { NotificationCourier } from './notification-courier.js';

/** Settings of {@link Notifier}. */
export interface NotifierOptions {
  readonly source: LoadSource;
  readonly nats: NatsLink;
  readonly courier: NotificationCourier;
  readonly registry: Pick<GatewayRegistry, 'list' | 'onChange'>;
  /** Time between two pushes of a subject when nothing changes, in milliseconds, 10 or more. Default 1 000. */
  readonly heartbeatMs?: number;
  /** The same towards endpoints while nothing is wrong with the subject; at least `heartbeatMs`. Default 30 000. */
  readonly calmHeartbeatMs?: number;
  /** Least time between two pushes of a subject, in milliseconds, 0 or more. Default 50. */
  readonly minGapMs?: number;
  /** For how long a push may be believed, in milliseconds; more than `heartbeatMs`. Default 3 000. */
  readonly ttlMs?: number;
  /** Monotonic. Default: that of the process. */
  readonly clock?: Clock;
  /** Unix time. Default: the system's. */
  readonly wall?: Clock;
  readonly observe?: Observer<NotificationEvent>;
}

export type ResolvedNotifierOptions = Required<NotifierOptions>;

/**
 * Fills in defaults.
 * @throws RangeError naming the option, its value and its rule.
 */
export function resolveNotifierOptions(options: NotifierOptions): ResolvedNotifierOptions {
  const heartbeatMs = options.heartbeatMs ?? 1_000;
  const resolved = {
    calmHeartbeatMs: Math.max(30_000, heartbeatMs),
    minGapMs: 50,
    ttlMs: Math.max(3_000, heartbeatMs * 3),
    clock: monotonicClock,
    wall: wallClock,
    observe: ignoreEvents,
    ...options,
    heartbeatMs,
  };
  const { calmHeartbeatMs, minGapMs, ttlMs } = resolved;
  assertAtLeast('heartbeatMs', heartbeatMs, 10);
  assertAtLeast('calmHeartbeatMs', calmHeartbeatMs, heartbeatMs);
  assertAtLeast('minGapMs', minGapMs, 0);
  // Else what was told would be disbelieved before it is told again.
  assertAtLeast('ttlMs', ttlMs, heartbeatMs + 1);
  return resolved;
}

function assertAtLeast(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new RangeError(`notifier.${name} must be an integer from ${least} (got ${value})`);
}
