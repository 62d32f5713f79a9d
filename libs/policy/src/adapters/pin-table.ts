import { ClockRing } from './clock-ring.js';

/** A session's provider, for as long as the pin lives. */
export class Pin {
  /** Expiry that the bucket has been told or is about to be told; 0 = the bucket does not know this pin. */
  savedUntilMs = 0;
  /** Whether it waits to be written. */
  queued = false;
  used = false;

  /** @param expiresAtMs Unix time, in milliseconds. */
  constructor(
    readonly tenantId: string,
    readonly sessionKey: string,
    public providerId: string,
    public expiresAtMs: number,
  ) {}
}

/** The pins in memory: at the cap one that was not used lately goes. */
export class PinTable {
  readonly #tenants = new Map<string, Map<string, Pin>>();
  readonly #ring: ClockRing<Pin>;
  #size = 0;

  constructor(maxPins: number) {
    this.#ring = new ClockRing(maxPins, (pin) => this.#holds(pin));
  }

  get size(): number {
    return this.#size;
  }

  /** The pin, expired or not. */
  get(tenantId: string, sessionKey: string): Pin | undefined {
    const pin = this.#tenants.get(tenantId)?.get(sessionKey);
    if (pin !== undefined) pin.used = true;
    return pin;
  }

  /** The provider of a live pin; an expired one is forgotten. */
  provider(tenantId: string, sessionKey: string, nowMs: number): string | undefined {
    const pin = this.#tenants.get(tenantId)?.get(sessionKey);
    if (pin === undefined) return undefined;
    pin.used = true;
    if (pin.expiresAtMs > nowMs) return pin.providerId;
    this.delete(tenantId, sessionKey);
    return undefined;
  }

  /** Takes in a pin whose session has none. */
  add(pin: Pin): void {
    const evicted = this.#ring.add(pin);
    if (evicted !== undefined) this.delete(evicted.tenantId, evicted.sessionKey);
    let ofTenant = this.#tenants.get(pin.tenantId);
    if (ofTenant === undefined) {
      ofTenant = new Map();
      this.#tenants.set(pin.tenantId, ofTenant);
    }
    ofTenant.set(pin.sessionKey, pin);
    this.#size += 1;
  }

  delete(tenantId: string, sessionKey: string): void {
    const ofTenant = this.#tenants.get(tenantId);
    if (ofTenant === undefined || !ofTenant.delete(sessionKey)) return;
    this.#size -= 1;
    if (ofTenant.size === 0) this.#tenants.delete(tenantId);
  }

  /** Forgets what the bucket knows: each pin is written again when it is next used. */
  unsaveAll(): void {
    for (const ofTenant of this.#tenants.values()) {
      for (const pin of ofTenant.values()) pin.savedUntilMs = 0;
    }
  }

  #holds(pin: Pin): boolean {
    return this.#tenants.get(pin.tenantId)?.get(pin.sessionKey) === pin;
  }
}
