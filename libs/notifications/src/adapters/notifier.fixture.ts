import type { NatsParts } from '@beamline/testing';
import {
  type GatewayNotificationDocument,
  NOTIFICATION_SUBJECTS,
  type NotifiedStatusLike,
} from '@beamline/contracts/core';
import type { Delivery, GatewayEndpoint, NotificationEvent } from '../core/index.js';
import type { EndpointListener } from './gateway-registry.js';
import type { LoadSource } from './load-source.js';
import type { NotificationCourier } from './notification-courier.js';
import { Notifier } from './notifier.js';
import type { NotifierOptions } from './notifier-options.js';

/** Loads that a test sets. */
export class ScriptedSource implements LoadSource {
  readonly loads = new Map<string, NotifiedStatusLike>();
  leads = true;

  subjects(): readonly string[] {
    return [...this.loads.keys()];
  }

  load(subject: string): NotifiedStatusLike {
    return this.loads.get(subject) ?? aLoad({ subject });
  }

  isLeading(): boolean {
    return this.leads;
  }

  set(load: NotifiedStatusLike): void {
    this.loads.set(load.subject, load);
  }
}

/** A courier that writes down what it is given. */
class ScriptedCourier implements NotificationCourier {
  readonly sent: { readonly to: string; readonly notification: GatewayNotificationDocument }[] = [];
  readonly forgotten: string[] = [];

  send({ endpoint }: GatewayEndpoint, notification: GatewayNotificationDocument): void {
    this.sent.push({ to: endpoint, notification });
  }

  forget(endpointId: string): void {
    this.forgotten.push(endpointId);
  }

  deliveries(): readonly Delivery[] {
    return [];
  }

  async stop(): Promise<void> {
    await Promise.resolve();
  }
}

/** A registry whose endpoints a test sets. */
class ScriptedRegistry {
  readonly #endpoints = new Map<string, GatewayEndpoint>();
  readonly #listeners = new Set<EndpointListener>();

  list(): readonly GatewayEndpoint[] {
    return [...this.#endpoints.values()];
  }

  onChange(listener: EndpointListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  add(endpoint: string): void {
    const known = { endpointId: endpoint, endpoint, registeredAtMs: 1, source: 'api' } as const;
    this.#endpoints.set(endpoint, known);
    for (const listener of this.#listeners) listener({ type: 'registered', endpoint: known });
  }

  remove(endpoint: string): void {
    const known = this.#endpoints.get(endpoint);
    if (known === undefined) return;
    this.#endpoints.delete(endpoint);
    for (const listener of this.#listeners) listener({ type: 'unregistered', endpoint: known });
  }
}

/** A notifier that was not started, with parts that a test sets. Heartbeats come after a minute unless told otherwise. */
export async function aNotifier(
  parts: NatsParts,
  options: Partial<NotifierOptions> = {},
  url?: string,
) {
  const link = parts.link(url);
  await link.ready;
  const source = new ScriptedSource();
  const courier = new ScriptedCourier();
  const registry = new ScriptedRegistry();
  const events: NotificationEvent[] = [];
  const notifier = new Notifier({
    source,
    nats: link,
    courier,
    registry,
    heartbeatMs: 60_000,
    minGapMs: 0,
    observe: (event) => void events.push(event),
    ...options,
  });
  parts.onEnd(() => notifier.stop());
  return { notifier, source, courier, registry, events, link };
}

/** Who listens on NATS to what gateways are told. */
export async function aListener(parts: NatsParts, url?: string) {
  const connection = await parts.link(url).ready;
  const heard: GatewayNotificationDocument[] = [];
  const subjects: string[] = [];
  connection.subscribe(NOTIFICATION_SUBJECTS, {
    callback: (_error, message) => {
      heard.push(message.json());
      subjects.push(message.subject);
    },
  });
  await connection.flush();
  return { heard, subjects, connection };
}

/** A calm subject `work.do`, with the given parts over it. */
export function aLoad(parts: Partial<NotifiedStatusLike> = {}): NotifiedStatusLike {
  return {
    subject: 'work.do',
    status: 'inactive',
    effectiveStatus: 'inactive',
    signals: { pendingMessages: 1_500, latencyP95Ms: 6_000, inflightMessages: 3 },
    policy: { retryAfterSeconds: 30 },
    creditPerSecond: null,
    timestampMs: 1_700_000_000_000,
    ...parts,
  };
}
