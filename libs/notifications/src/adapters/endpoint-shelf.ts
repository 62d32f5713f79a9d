import type { ReadingMode } from '@beamline/jetstream';
import type { GatewayEndpoint } from '../core/index.js';
import type { RegisteredEndpoint } from '../core/registered-endpoint.js';
import { endpointIdOf } from './endpoint-id.js';

/** An endpoint that was registered or taken out, here or at another replica. */
export interface EndpointChange {
  readonly type: 'registered' | 'unregistered';
  readonly endpoint: GatewayEndpoint;
}

interface Shelved {
  readonly endpoint: GatewayEndpoint;
  readonly revision: number;
}

/** What the bucket of gateways holds and what the configuration adds, in memory. */
export class EndpointShelf {
  readonly #configured = new Map<string, GatewayEndpoint>();
  readonly #registered = new Map<string, Shelved>();
  /** Taken out here, and not yet told by the bucket. */
  readonly #removed = new Map<string, number>();
  readonly #untold = new Set<string>();
  #list: readonly GatewayEndpoint[] | undefined;

  /**
   * @param configuredAtMs What is told as the time of registration of configured endpoints, in Unix milliseconds.
   * @param onChange Called after each change.
   */
  constructor(
    configured: readonly string[],
    configuredAtMs: number,
    private readonly onChange: (change: EndpointChange) => void,
  ) {
    for (const endpoint of configured) {
      const endpointId = endpointIdOf(endpoint);
      const registeredAtMs = configuredAtMs;
      const source = 'configuration';
      this.#configured.set(endpointId, { endpointId, endpoint, registeredAtMs, source });
    }
  }

  get size(): number {
    return this.list().length;
  }

  /** Those of the configuration first, then as they came. */
  list(): readonly GatewayEndpoint[] {
    this.#list ??= [...this.#configured.values(), ...this.#visible()];
    return this.#list;
  }

  get(endpointId: string): GatewayEndpoint | undefined {
    return this.#configured.get(endpointId) ?? this.#registered.get(endpointId)?.endpoint;
  }

  isConfigured(endpointId: string): boolean {
    return this.#configured.has(endpointId);
  }

  /** A reading of the bucket begins. */
  began(mode: ReadingMode): void {
    this.#untold.clear();
    if (mode === 'resumed') return;
    this.#removed.clear();
    for (const [endpointId, { endpoint }] of this.#registered) {
      this.#untold.add(endpointId);
      // In a bucket that was made anew revisions start over.
      if (mode === 'fresh') this.#registered.set(endpointId, { endpoint, revision: 0 });
    }
  }

  /** @returns Ids of what stood here and was not told since the reading began. */
  ended(): readonly string[] {
    const untold = [...this.#untold];
    this.#untold.clear();
    return untold;
  }

  /** The bucket tells of a version of an endpoint; `undefined`: it holds none any more. */
  told(endpointId: string, version: RegisteredEndpoint | undefined, revision: number): void {
    this.#untold.delete(endpointId);
    const removedAt = this.#removed.get(endpointId);
    if (removedAt !== undefined && revision < removedAt) return;
    this.#removed.delete(endpointId);
    this.#take(endpointId, version, revision);
  }

  /** This replica wrote a version of an endpoint: it holds here before the bucket tells of it. */
  wrote(endpointId: string, version: RegisteredEndpoint | undefined, revision: number): void {
    if (version === undefined && this.#registered.has(endpointId)) {
      this.#removed.set(endpointId, revision);
    }
    this.#take(endpointId, version, revision);
  }

  /** Keeps what is known of an endpoint whose entry in the bucket cannot be read. */
  keep(endpointId: string): void {
    this.#untold.delete(endpointId);
  }

  /** Forgets an endpoint that is no longer in the bucket. */
  drop(endpointId: string): void {
    const known = this.#registered.get(endpointId);
    if (known === undefined) return;
    this.#registered.delete(endpointId);
    this.#changed('unregistered', known.endpoint);
  }

  #take(endpointId: string, version: RegisteredEndpoint | undefined, revision: number): void {
    const known = this.#registered.get(endpointId);
    if (revision <= (known?.revision ?? 0)) return;
    if (version === undefined) {
      this.drop(endpointId);
      return;
    }
    const endpoint: GatewayEndpoint = { endpointId, ...version, source: 'api' };
    this.#registered.set(endpointId, { endpoint, revision });
    this.#list = undefined;
    if (known === undefined) this.#changed('registered', endpoint);
  }

  /** What the configuration has as well is registered either way. */
  #changed(type: EndpointChange['type'], endpoint: GatewayEndpoint): void {
    this.#list = undefined;
    if (!this.isConfigured(endpoint.endpointId)) this.onChange({ type, endpoint });
  }

  #visible(): readonly GatewayEndpoint[] {
    return [...this.#registered.values()]
      .map(({ endpoint }) => endpoint)
      .filter(({ endpointId }) => !this.isConfigured(endpointId));
  }
}
