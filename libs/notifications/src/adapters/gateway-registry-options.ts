import { BUCKETS } from '@beamline/contracts/core';
import type { BucketStorageOptions, MirroredBucket } from '@beamline/jetstream';
import { type Clock, ignoreEvents, type Observer, wallClock } from '@beamline/kernel';
import type { NotificationEvent } from '../core/index.js';

/** Whether something is an endpoint that may be called, and if not, why. */
export type EndpointVerdict =
  { readonly ok: true } | { readonly ok: false; readonly problem: string };

/** Settings of {@link GatewayRegistry}. */
export interface GatewayRegistryOptions {
  /** Asked of each endpoint before it is registered, and of each that the bucket holds. Must not throw. */
  readonly check: (endpoint: unknown) => EndpointVerdict;
  /** Endpoints that are always registered, and that only the configuration can take out. Default: none. */
  readonly configured?: readonly string[];
  /** Endpoints registered at most, 1 or more; further ones are refused. Default 1 000. */
  readonly maxEndpoints?: number;
  /** Name of the KV bucket. Default `beamline_gateways`. */
  readonly bucket?: string;
  /** Where the bucket is created: its storage, copies and limit. Default: file, 1, the server's own. */
  readonly storage?: BucketStorageOptions;
  /** How often the bucket is compared with what is known of it, in milliseconds. Default 1 000. */
  readonly auditEveryMs?: number;
  /** For how long the bucket remembers that an endpoint was taken out, in milliseconds, 1 or more. Default 3 600 000. */
  readonly markerAgeMs?: number;
  /** Unix time. Default: the system's. */
  readonly wall?: Clock;
  readonly observe?: Observer<NotificationEvent>;
}

export type ResolvedGatewayRegistryOptions = Required<GatewayRegistryOptions>;

/**
 * Fills in defaults.
 * @throws RangeError naming the option and its rule.
 */
export function resolveGatewayRegistryOptions(
  options: GatewayRegistryOptions,
): ResolvedGatewayRegistryOptions {
  const resolved = {
    configured: [],
    maxEndpoints: 1_000,
    bucket: BUCKETS.gateways,
    storage: {},
    auditEveryMs: 1_000,
    markerAgeMs: 3_600_000,
    wall: wallClock,
    observe: ignoreEvents,
    ...options,
  };
  const { maxEndpoints, markerAgeMs, configured } = resolved;
  assertAtLeastOne('maxEndpoints', maxEndpoints);
  assertAtLeastOne('markerAgeMs', markerAgeMs);
  if (configured.length > maxEndpoints) {
    throw new RangeError(
      `gatewayRegistry.configured must have at most ${maxEndpoints} endpoints (got ${configured.length})`,
    );
  }
  for (const [index, endpoint] of configured.entries()) {
    const verdict = resolved.check(endpoint);
    if (!verdict.ok) {
      throw new RangeError(`gatewayRegistry.configured[${index}]: ${verdict.problem}`);
    }
  }
  return resolved;
}

/** The bucket of gateways. */
export function gatewayBucket({
  bucket,
  storage,
}: Pick<ResolvedGatewayRegistryOptions, 'bucket' | 'storage'>): MirroredBucket {
  return {
    name: bucket,
    history: 1,
    storage: storage.storage ?? 'file',
    replicas: storage.replicas ?? 1,
    maxBytes: storage.maxBytes ?? -1,
    ttlMs: 0,
    atLimit: 'refuse-new',
  };
}

function assertAtLeastOne(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new RangeError(`gatewayRegistry.${name} must be an integer from 1 (got ${value})`);
}
