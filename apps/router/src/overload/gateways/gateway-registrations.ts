import {
  gatewayDelivery,
  type GatewayDeliveryDocument,
  gatewayEndpoint,
  type GatewayEndpointDocument,
} from '@beamline/contracts/core';
import type { GatewayNotifications } from './gateway-notifications.js';

/** Why something about gateways was not done: the names of the contract, and ours. */
export type GatewayProblem =
  /** What was sent is not of the form that is asked for. */
  | 'invalid_arguments'
  /** It is no URL that may be called. */
  | 'invalid_endpoint'
  | 'not_found'
  /** It stands in the configuration, which alone can take it out. */
  | 'configured'
  | 'too_many_endpoints'
  /** NATS is not there, so that nothing can be written. */
  | 'unavailable';

/** An answer about gateways, or why there is none. */
export type GatewayAnswer<Data> =
  | { readonly ok: true; readonly data: Data }
  | { readonly ok: false; readonly error: GatewayProblem; readonly message: string };

/** An endpoint that is registered now. */
export interface Registered {
  readonly document: GatewayEndpointDocument;
  /** `false`: it was before. */
  readonly isNew: boolean;
}

/** An endpoint that is not registered any more. */
export interface Unregistered {
  readonly endpoint_id: string;
}

const MAX_ID_LENGTH = 64;

/** Registers gateways and tells of them, as documents of the contract. The same answers go over NATS and HTTP. */
export class GatewayRegistrations {
  constructor(private readonly notifications: GatewayNotifications) {}

  /** @param body What was sent: `{endpoint}`. */
  async register(body: unknown): Promise<GatewayAnswer<Registered>> {
    const endpoint = fieldOf(body, 'endpoint');
    if (!endpoint.ok) return endpoint;
    const registration = await this.notifications.registry.register(endpoint.data);
    if (!registration.ok) return refused(registration.reason, registration.message);
    const document = gatewayEndpoint(registration.endpoint);
    return { ok: true, data: { document, isNew: registration.isNew } };
  }

  /** @param body What was sent: `{endpoint_id}`. */
  async unregister(body: unknown): Promise<GatewayAnswer<Unregistered>> {
    const field = fieldOf(body, 'endpoint_id');
    if (!field.ok) return field;
    const { data: id } = field;
    if (typeof id !== 'string' || id === '' || id.length > MAX_ID_LENGTH) {
      const message = `endpoint_id must be a text of 1 to ${MAX_ID_LENGTH} characters`;
      return refused('invalid_arguments', message);
    }
    const ended = await this.notifications.registry.unregister(id);
    return ended.ok
      ? { ok: true, data: { endpoint_id: id } }
      : refused(ended.reason, ended.message);
  }

  /** Everybody who is told: those of the configuration first. */
  list(): readonly GatewayEndpointDocument[] {
    return this.notifications.registry.list().map(gatewayEndpoint);
  }

  get(id: string): GatewayAnswer<GatewayEndpointDocument> {
    const endpoint = this.notifications.registry.get(id);
    return endpoint === undefined ? unknown(id) : { ok: true, data: gatewayEndpoint(endpoint) };
  }

  /** What became of the last notifications to an endpoint, the newest first. */
  async deliveries(id: string): Promise<GatewayAnswer<readonly GatewayDeliveryDocument[]>> {
    if (this.notifications.registry.get(id) === undefined) return unknown(id);
    return { ok: true, data: (await this.notifications.deliveries(id)).map(gatewayDelivery) };
  }
}

function fieldOf(body: unknown, name: string): GatewayAnswer<unknown> {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  if (isObject && Object.hasOwn(body, name)) {
    return { ok: true, data: Reflect.get(body, name) };
  }
  return refused('invalid_arguments', `send a JSON object with "${name}"`);
}

function unknown(id: string): GatewayAnswer<never> {
  return refused('not_found', `${JSON.stringify(id.slice(0, MAX_ID_LENGTH))} is not registered`);
}

function refused(error: GatewayProblem, message: string): GatewayAnswer<never> {
  return { ok: false, error, message };
}
