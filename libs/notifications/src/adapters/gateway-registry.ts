import { kvKey } from '@beamline/contracts/core';
import type { NatsSource } from '@beamline/jetstream';
import type { BucketState } from '@beamline/jetstream/core';
import type { GatewayEndpoint, RegistrationRefusal } from '../core/index.js';
import { endpointIdOf } from './endpoint-id.js';
import { type EndpointChange, EndpointShelf } from './endpoint-shelf.js';
import { GatewayBucket } from './gateway-bucket.js';
import {
  type GatewayRegistryOptions,
  resolveGatewayRegistryOptions,
  type ResolvedGatewayRegistryOptions,
} from './gateway-registry-options.js';
import { RegistryMirror } from './registry-mirror.js';
import type { RegistryProblem } from './registry-problems.js';

/** How a registration ended. */
export type Registration =
  | {
      readonly ok: true;
      readonly endpoint: GatewayEndpoint;
      /** `false`: it was registered before, and nothing changed. */
      readonly isNew: boolean;
    }
  | RegistrationRefused<'invalid_endpoint' | 'too_many_endpoints' | 'unavailable'>;

/** How taking an endpoint out ended. */
export type Unregistration =
  { readonly ok: true } | RegistrationRefused<'not_found' | 'configured' | 'unavailable'>;

interface RegistrationRefused<Reason extends RegistrationRefusal | 'not_found'> {
  readonly ok: false;
  readonly reason: Reason;
  /** Why, for people. */
  readonly message: string;
}

/** Called after an endpoint was registered or taken out, here or at another replica. Must not throw. */
export type EndpointListener = (change: EndpointChange) => void;

/** Tries against others that register and take out the same endpoint at the same moment. */
const MAX_TRIES = 5;

/**
 * Who is told of overload by HTTP: kept in the KV bucket `beamline_gateways`, shared by all replicas and mirrored in
 * memory, and what the configuration names besides. Lookups never wait; without NATS what is known holds. A bucket that
 * was lost is filled again with what is known.
 *
 * `maxEndpoints` bounds what this replica registers. What others registered at the same moment is taken all the same;
 * at twice the bound entries of the bucket are only reported.
 */
export class GatewayRegistry {
  readonly #options: ResolvedGatewayRegistryOptions;
  readonly #shelf: EndpointShelf;
  readonly #bucket: GatewayBucket;
  readonly #mirror: RegistryMirror;
  readonly #listeners = new Set<EndpointListener>();
  readonly #registering = new Map<string, Promise<Registration>>();
  #source: NatsSource | undefined;

  /** @throws RangeError when an option is out of its range, or a configured endpoint may not be called. */
  constructor(options: GatewayRegistryOptions) {
    this.#options = resolveGatewayRegistryOptions(options);
    const { configured, wall, check, bucket } = this.#options;
    this.#shelf = new EndpointShelf(configured, wall.nowMs(), (change) => this.#tell(change));
    this.#bucket = new GatewayBucket(bucket, () => this.#source, check);
    this.#mirror = new RegistryMirror(this.#options, this.#shelf, this.#bucket);
  }

  /** How the registry stands to its bucket. */
  get state(): BucketState {
    return this.#mirror.state;
  }

  /** Why, for people; empty when there is nothing to say. */
  get detail(): string {
    return this.#mirror.detail;
  }

  /** Begins to follow the bucket, as soon as NATS is there. A second call does nothing. */
  start(source: NatsSource): void {
    if (this.#source !== undefined) return;
    this.#source = source;
    this.#tellSize();
    this.#mirror.start(source);
  }

  /** Follows no more; what is known can still be asked for. */
  async stop(): Promise<void> {
    await this.#mirror.stop();
  }

  /** Everybody who is registered: those of the configuration first. */
  list(): readonly GatewayEndpoint[] {
    return this.#shelf.list();
  }

  get(endpointId: string): GatewayEndpoint | undefined {
    return this.#shelf.get(endpointId);
  }

  /** Entries of the bucket that are not in force, and why; at most a thousand. */
  problems(): readonly RegistryProblem[] {
    return this.#mirror.problems();
  }

  /** @returns A function that ends it. */
  onChange(listener: EndpointListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Registers an endpoint. What is registered already stays as it is, with the time of its first registration. */
  async register(endpoint: unknown): Promise<Registration> {
    const verdict = this.#options.check(endpoint);
    if (!verdict.ok) return this.#refused('invalid_endpoint', verdict.problem);
    if (typeof endpoint !== 'string') {
      return this.#refused('invalid_endpoint', 'endpoint must be a text');
    }
    const endpointId = endpointIdOf(endpoint);
    const known = this.#shelf.get(endpointId);
    if (known !== undefined) return { ok: true, endpoint: known, isNew: false };
    const underWay = this.#registering.get(endpointId);
    if (underWay !== undefined) return notNew(await underWay);
    const { maxEndpoints } = this.#options;
    if (this.#shelf.size + this.#registering.size >= maxEndpoints) {
      const message = `${maxEndpoints} endpoints are registered, and no more may be: unregister one first`;
      return this.#refused('too_many_endpoints', message);
    }
    const registering = this.#store(endpointId, endpoint).finally(
      () => void this.#registering.delete(endpointId),
    );
    this.#registering.set(endpointId, registering);
    return registering;
  }

  /** Takes an endpoint out, also one whose entry in the bucket cannot be used. */
  async unregister(endpointId: string): Promise<Unregistration> {
    if (this.#shelf.isConfigured(endpointId)) {
      const message = `${endpointId} comes from the configuration, which alone can take it out`;
      return this.#refused('configured', message);
    }
    const isKnown =
      this.#shelf.get(endpointId) !== undefined || this.#mirror.isProblem(kvKey(endpointId));
    const isStored = isKnown || (await this.#isStored(endpointId));
    if (isStored === undefined) {
      return this.#refused('unavailable', 'registrations are not known yet: NATS is not there');
    }
    if (!isStored) {
      return { ok: false, reason: 'not_found', message: `${shown(endpointId)} is not registered` };
    }
    const written = await this.#bucket.delete(endpointId);
    if (!written.ok) return this.#refused('unavailable', written.message);
    this.#mirror.solved(kvKey(endpointId));
    this.#shelf.wrote(endpointId, undefined, written.revision);
    this.#options.observe({ type: 'endpoint-unregistered', endpointId });
    return { ok: true };
  }

  async #store(endpointId: string, endpoint: string): Promise<Registration> {
    let expectedRevision = 0;
    for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
      const version = { endpoint, registeredAtMs: this.#options.wall.nowMs() };
      const written = await this.#bucket.put(endpointId, version, expectedRevision);
      if (written.ok) {
        this.#shelf.wrote(endpointId, version, written.revision);
        this.#mirror.solved(kvKey(endpointId));
        this.#options.observe({ type: 'endpoint-registered', endpointId, source: 'api' });
        return { ok: true, endpoint: { endpointId, ...version, source: 'api' }, isNew: true };
      }
      if (written.reason === 'unavailable') return this.#refused('unavailable', written.message);
      const stored = await this.#bucket.newest(endpointId).catch(() => undefined);
      if (stored?.read?.ok === true) {
        const { version: first } = stored.read;
        this.#shelf.wrote(endpointId, first, stored.revision);
        return { ok: true, endpoint: { endpointId, ...first, source: 'api' }, isNew: false };
      }
      // Deleted, or nothing that could be used: written over.
      expectedRevision = stored?.revision ?? 0;
    }
    return this.#refused('unavailable', 'others change the same endpoint all the time: try again');
  }

  /** Whether the bucket holds an entry; `undefined`: nobody knows. */
  async #isStored(endpointId: string): Promise<boolean | undefined> {
    try {
      return (await this.#bucket.newest(endpointId))?.read !== undefined;
    } catch {
      return this.#mirror.hasSynced ? false : undefined;
    }
  }

  #tell(change: EndpointChange): void {
    if (this.state === 'synced') this.#tellSize();
    for (const listener of this.#listeners) listener(change);
  }

  #tellSize(): void {
    this.#options.observe({ type: 'registry-size', endpoints: this.#shelf.size });
  }

  #refused<Reason extends RegistrationRefusal>(
    reason: Reason,
    message: string,
  ): RegistrationRefused<Reason> {
    this.#options.observe({ type: 'registration-refused', reason });
    return { ok: false, reason, message };
  }
}

function notNew(registration: Registration): Registration {
  return registration.ok ? { ...registration, isNew: false } : registration;
}

const MAX_SHOWN = 64;

function shown(text: string): string {
  return text.slice(0, MAX_SHOWN);
}
