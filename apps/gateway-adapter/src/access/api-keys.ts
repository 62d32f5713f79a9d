import type { GatewayApiKey } from '@beamline/config';
import { createHash } from 'node:crypto';
import type { Caller } from './caller.js';

/** The callers that are known by a key. Only digests are kept: finding one takes no longer the more of it is right. */
export class ApiKeys {
  readonly #callers = new Map<string, Caller>();

  constructor(keys: Readonly<Record<string, GatewayApiKey>> = {}) {
    for (const [name, { key, role, tenants }] of Object.entries(keys)) {
      this.#callers.set(digestOf(key), { name, role, tenants });
    }
  }

  /** Whether there are any. */
  get inUse(): boolean {
    return this.#callers.size > 0;
  }

  /** Whose key it is. */
  find(key: string): Caller | undefined {
    return this.#callers.get(digestOf(key));
  }
}

function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('base64');
}
