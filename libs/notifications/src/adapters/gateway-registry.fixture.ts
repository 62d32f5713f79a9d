import type { NatsParts } from '@beamline/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NotificationEvent } from '../core/index.js';
import type { EndpointChange } from './endpoint-shelf.js';
import { GatewayRegistry } from './gateway-registry.js';
import type { EndpointVerdict, GatewayRegistryOptions } from './gateway-registry-options.js';

/** Everything that begins with `http` may be called. */
function isHttp(endpoint: unknown): EndpointVerdict {
  return typeof endpoint === 'string' && endpoint.startsWith('http')
    ? { ok: true }
    : { ok: false, problem: 'endpoint must begin with http' };
}

/** A registry that was not started, and what it tells. */
export function aRegistry(parts: NatsParts, options: Partial<GatewayRegistryOptions> = {}) {
  const events: NotificationEvent[] = [];
  const changes: EndpointChange[] = [];
  const registry = new GatewayRegistry({
    check: isHttp,
    auditEveryMs: 100,
    observe: (event) => void events.push(event),
    ...options,
  });
  registry.onChange((change) => void changes.push(change));
  parts.onEnd(() => registry.stop());
  const told = (): readonly string[] =>
    changes.map(({ type, endpoint }) => `${type} ${endpoint.endpoint}`);
  return { registry, events, changes, told };
}

/** A registry in step with its bucket, and other ways to the same bucket. */
export async function aSyncedRegistry(
  parts: NatsParts,
  options: Partial<GatewayRegistryOptions> = {},
  url?: string,
) {
  const bucket = options.bucket ?? parts.name('gateways');
  const link = parts.link(url);
  const connection = await link.ready;
  const made = aRegistry(parts, { ...options, bucket });
  made.registry.start(link);
  while (made.registry.state !== 'synced') await sleep(5);
  const kv = await new Kvm(connection).open(bucket);
  const manager = await jetstreamManager(connection);
  return { ...made, bucket, link, kv, manager };
}

/** The endpoints of a registry. */
export function endpointsOf(registry: GatewayRegistry): readonly string[] {
  return registry.list().map(({ endpoint }) => endpoint);
}
