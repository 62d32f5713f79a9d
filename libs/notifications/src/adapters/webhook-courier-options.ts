import { randomInt } from 'node:crypto';
import {
  type Clock,
  ignoreEvents,
  monotonicClock,
  type Observer,
  wallClock,
} from '@beamline/kernel';
import type { DeliveryPace } from '../core/delivery-plan.js';
import type { NotificationEvent } from '../core/notifications.events.js';
import type { EndpointGuard } from './endpoint-guard.js';
import type { ResolveHost } from './guarded-lookup.js';

/** How notifications are brought to endpoints. */
export interface WebhookCourierOptions {
  /** Says what may be called: asked before each attempt and for each address that is connected to. */
  readonly guard: EndpointGuard;
  /** `whsec_<base64>` of 24 to 64 bytes; one signature for each, so that secrets can be replaced one after another. Default none: not signed. */
  readonly secrets?: readonly string[];
  /** Sent as `Authorization: Bearer …` to every endpoint over https or on this machine. Default none. */
  readonly bearerToken?: string;
  /** Certificates (PEM) trusted besides those that Node brings, for gateways with certificates of one's own. Default none. */
  readonly authorities?: readonly string[];
  /** For one attempt from resolving to the end of the answer, in milliseconds, 1 to 60 000. Default 2000. */
  readonly timeoutMs?: number;
  /** Attempts that one notification gets, 1 to 20. Default 5. It is never tried when its `ttl_ms` is over. */
  readonly maxAttempts?: number;
  /** Upper bound of the pause after a first failure, in milliseconds, 1 to 60 000; doubles with each in a row. Default 100. */
  readonly basePauseMs?: number;
  /** Upper bound of any pause, in milliseconds, `basePauseMs` to 300 000. Default 10 000. */
  readonly maxPauseMs?: number;
  /** Attempts under way at once, all endpoints together, 2 to 1024. Default 64. */
  readonly maxConcurrent?: number;
  /** Endpoints served at once, 1 to 100 000. Default 2000; notifications to further ones fail. */
  readonly maxEndpoints?: number;
  /** Subjects that may wait for one endpoint, 1 to 100 000. Default 1000; beyond, the one that waits longest goes. */
  readonly maxSubjects?: number;
  /** Longest body, in bytes, 1 to 1 048 576. Default 65 536, which is what gateways take. */
  readonly maxBodyBytes?: number;
  /** For how long `stop` lets attempts end by themselves, in milliseconds, 0 to 60 000. Default 500. */
  readonly stopWithinMs?: number;
  /** Default the resolver of the system. */
  readonly resolve?: ResolveHost;
  /** For durations. Default the monotonic clock. */
  readonly clock?: Clock;
  /** For what is written down and signed. Default the wall clock. */
  readonly wall?: Clock;
  /** For jitter: from 0 up to 1. Default a random number of the system. */
  readonly random?: () => number;
  readonly observe?: Observer<NotificationEvent>;
}

/** Limits of a courier, with every default filled in. */
export interface CourierLimits extends DeliveryPace {
  readonly timeoutMs: number;
  readonly maxConcurrent: number;
  readonly maxEndpoints: number;
  readonly maxSubjects: number;
  readonly maxBodyBytes: number;
  readonly stopWithinMs: number;
}

/** What a courier needs of the world, with every default filled in. */
export interface CourierWorld {
  readonly clock: Clock;
  readonly wall: Clock;
  readonly random: () => number;
  readonly observe: Observer<NotificationEvent>;
}

const STEPS = 2 ** 32;

/** @throws RangeError which names the option and its value. */
export function courierLimits(options: WebhookCourierOptions): CourierLimits {
  const basePauseMs = within('basePauseMs', options.basePauseMs ?? 100, [1, 60_000]);
  return {
    basePauseMs,
    maxPauseMs: within('maxPauseMs', options.maxPauseMs ?? 10_000, [basePauseMs, 300_000]),
    maxAttempts: within('maxAttempts', options.maxAttempts ?? 5, [1, 20]),
    timeoutMs: within('timeoutMs', options.timeoutMs ?? 2000, [1, 60_000]),
    maxConcurrent: within('maxConcurrent', options.maxConcurrent ?? 64, [2, 1024]),
    maxEndpoints: within('maxEndpoints', options.maxEndpoints ?? 2000, [1, 100_000]),
    maxSubjects: within('maxSubjects', options.maxSubjects ?? 1000, [1, 100_000]),
    maxBodyBytes: within('maxBodyBytes', options.maxBodyBytes ?? 65_536, [1, 1_048_576]),
    stopWithinMs: within('stopWithinMs', options.stopWithinMs ?? 500, [0, 60_000]),
  };
}

/** The world of a courier: the given parts, and the real ones for the rest. */
export function courierWorld(options: WebhookCourierOptions): CourierWorld {
  return {
    clock: options.clock ?? monotonicClock,
    wall: options.wall ?? wallClock,
    random: options.random ?? systemRandom,
    observe: options.observe ?? ignoreEvents,
  };
}

function systemRandom(): number {
  return randomInt(STEPS) / STEPS;
}

function within(name: string, value: number, [min, max]: readonly [number, number]): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new RangeError(`${name} must be an integer from ${min} to ${max} (got ${value})`);
}
