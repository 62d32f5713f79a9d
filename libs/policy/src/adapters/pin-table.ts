import { LRUCache } from 'lru-cache';

/** A session's provider, for as long as the pin lives. */
export interface Pin {
  providerId: string;
  /** Unix time, in milliseconds. */
  expiresAtMs: number;
  /** Expiry that the bucket has been told or is about to be told; 0 = the bucket does not know this pin. */
  savedUntilMs: number;
}

/**
 * Key of a pin in memory. Tenant ids hold no control characters (only tenants with a stored policy have pins), so
 * that the first NUL ends the tenant.
 */
export const pinKey = (tenantId: string, sessionKey: string): string =>
  `${tenantId}\u0000${sessionKey}`;

/** Takes a key of {@link pinKey} apart again. */
export function pinKeyParts(key: string): readonly [tenantId: string, sessionKey: string] {
  const end = key.indexOf('\u0000');
  return [key.slice(0, end), key.slice(end + 1)];
}

/** The pins in memory: at the cap the one not used for the longest time goes. */
export class PinTable {
  readonly #pins: LRUCache<string, Pin>;

  constructor(maxPins: number) {
    this.#pins = new LRUCache({ max: maxPins });
  }

  get size(): number {
    return this.#pins.size;
  }

  /** The pin, expired or not. */
  get(key: string): Pin | undefined {
    return this.#pins.get(key);
  }

  /** The provider of a live pin; an expired one is forgotten. */
  provider(key: string, nowMs: number): string | undefined {
    const pin = this.#pins.get(key);
    if (pin === undefined) return undefined;
    if (pin.expiresAtMs > nowMs) return pin.providerId;
    this.#pins.delete(key);
    return undefined;
  }

  set(key: string, pin: Pin): void {
    this.#pins.set(key, pin);
  }

  delete(key: string): void {
    this.#pins.delete(key);
  }

  /** Forgets what the bucket knows: each pin is written again when it is next used. */
  unsaveAll(): void {
    for (const pin of this.#pins.values()) pin.savedUntilMs = 0;
  }
}
