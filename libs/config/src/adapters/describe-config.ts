import { MASK, shown } from '../core/mask.js';
import { contractNameOf } from '../core/names.js';
import type { GatewayConfig } from './gateway.keys.js';
import { gatewayKeys, routerKeys } from './load-config.js';
import type { RouterConfig } from './router.keys.js';

const keys = new Map([...gatewayKeys, ...routerKeys].map((key) => [key.property, key]));

/** A configuration as it may stand in a log: by contract name, secrets masked, long texts and lists shortened. */
export function describeConfig(
  config: RouterConfig | GatewayConfig,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(config).map(([property, value]) => [
      contractNameOf(property),
      describeValue(value, keys.get(property)?.secret === true),
    ]),
  );
}

function describeValue(value: unknown, secret: boolean): unknown {
  if (secret) return MASK;
  return typeof value === 'string' || typeof value === 'object' ? shown(value, false) : value;
}
