import type { OverloadControl } from '@beamline/backpressure';
import type { RouterConfig } from '@beamline/config';
import type { NatsLink } from '@beamline/jetstream';
import type { Observer } from '@beamline/kernel';
import {
  DeliveryExchange,
  EndpointGuard,
  GatewayRegistry,
  type NotificationCourier,
  Notifier,
  readAuthorities,
  WebhookCourier,
} from '@beamline/notifications';
import type { Delivery, NotificationEvent } from '@beamline/notifications/core';
import { loadSourceOf } from './load-source-of.js';

/** What telling gateways stands on. */
export interface NotificationSurroundings {
  readonly config: RouterConfig;
  readonly link: NatsLink;
  readonly overload: OverloadControl;
  readonly observe: Observer<NotificationEvent>;
}

/** Endpoints that the courier may know while others register and leave: what the bucket can hold at most. */
const ENDPOINTS_PER_REGISTERED = 2;

/** Tells gateways how loaded the subjects are, and knows who they are. Lives as long as the process. */
export class GatewayNotifications {
  readonly registry: GatewayRegistry;
  readonly #courier: NotificationCourier;
  readonly #exchange: DeliveryExchange;
  readonly #notifier: Notifier;
  #endNews: (() => void) | undefined;

  /** @throws Error that names the keys of the configuration, when something in it cannot be used. */
  constructor(private readonly surroundings: NotificationSurroundings) {
    const { config, link, overload, observe } = surroundings;
    const { registry, courier } = partsOf(config, observe);
    this.registry = registry;
    this.#courier = courier;
    this.#exchange = new DeliveryExchange({ link, local: (id) => courier.deliveries(id) });
    this.#notifier = new Notifier({
      source: loadSourceOf(overload),
      nats: link,
      courier,
      registry,
      heartbeatMs: config.gatewayNotifyHeartbeatMs,
      ttlMs: config.gatewayNotifyTtlMs,
      observe,
    });
  }

  /** Begins to tell. A second call does nothing. */
  start(): void {
    if (this.#endNews !== undefined) return;
    const { link, overload } = this.surroundings;
    this.registry.start(link);
    this.#exchange.start();
    this.#notifier.start();
    this.#endNews = overload.onLoadChange((subject) => this.#notifier.changed(subject));
  }

  /** One sentence about who is told, for the readiness probes. */
  detail(): string {
    const { state, detail } = this.registry;
    const registered = `${this.registry.list().length} registered, bucket ${state}`;
    return detail === '' ? registered : `${registered}: ${detail}`;
  }

  /** What became of the last notifications to an endpoint, whichever replica sent them, the newest first. */
  deliveries(endpointId: string): Promise<readonly Delivery[]> {
    const replicas = this.surroundings.overload.replicas().length;
    return this.#exchange.deliveries(endpointId, replicas);
  }

  /** Tells no more; what is under way ends within a second, or is cut off. */
  async stop(): Promise<void> {
    this.#endNews?.();
    this.#notifier.stop();
    this.#exchange.stop();
    await Promise.all([this.#courier.stop(), this.registry.stop()]);
  }
}

function partsOf(
  config: RouterConfig,
  observe: Observer<NotificationEvent>,
): { registry: GatewayRegistry; courier: NotificationCourier } {
  try {
    const guard = new EndpointGuard({
      schemes: config.gatewayEndpointSchemes,
      hosts: config.gatewayEndpointHosts,
      ...(config.gatewayEndpointPorts && { ports: config.gatewayEndpointPorts }),
    });
    return {
      registry: registryOf(config, guard, observe),
      courier: courierOf(config, guard, observe),
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const keys =
      'GATEWAY_ENDPOINTS, GATEWAY_ENDPOINT_HOSTS, GATEWAY_ENDPOINT_PORTS, GATEWAY_WEBHOOK_SECRETS, GATEWAY_WEBHOOK_CA_FILE';
    throw new Error(`gateways cannot be told of overload (see ${keys}): ${why}`, { cause: error });
  }
}

function registryOf(
  config: RouterConfig,
  guard: EndpointGuard,
  observe: Observer<NotificationEvent>,
): GatewayRegistry {
  return new GatewayRegistry({
    check: (endpoint) => guard.check(endpoint),
    ...(config.gatewayEndpoints && { configured: config.gatewayEndpoints }),
    maxEndpoints: config.gatewayMaxEndpoints,
    storage: { storage: config.jsStorage, replicas: config.jsReplicas },
    observe,
  });
}

function courierOf(
  config: RouterConfig,
  guard: EndpointGuard,
  observe: Observer<NotificationEvent>,
): NotificationCourier {
  return new WebhookCourier({
    guard,
    ...(config.gatewayWebhookSecrets && { secrets: config.gatewayWebhookSecrets }),
    ...(config.gatewayWebhookBearerToken && { bearerToken: config.gatewayWebhookBearerToken }),
    authorities: authoritiesOf(config),
    timeoutMs: config.gatewayWebhookTimeoutMs,
    maxAttempts: config.gatewayWebhookMaxAttempts,
    maxEndpoints: ENDPOINTS_PER_REGISTERED * config.gatewayMaxEndpoints,
    observe,
  });
}

/** Whom endpoints may have their certificates from, besides Node's roots: with any at all, Node leaves its extra ones out. */
function authoritiesOf({ gatewayWebhookCaFile: file, nodeExtraCaCerts: extra }: RouterConfig) {
  if (file === undefined) return [];
  return [file, ...(extra === undefined ? [] : [extra])].flatMap((path) => readAuthorities(path));
}
