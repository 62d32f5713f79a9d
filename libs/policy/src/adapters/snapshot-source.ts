import type { BreakerState, Estimate, RoutingSnapshot } from '../core/index.js';

/** Where a snapshot finds sticky pins: the sticky store is one. */
export interface PinLookup {
  /** The provider a session is pinned to at `nowMs` (Unix time, in milliseconds), or `undefined`. */
  pinnedProvider(tenantId: string, sessionKey: string, nowMs: number): string | undefined;
}

/** Gives each decision its view of the world. */
export class SnapshotSource {
  readonly #snapshot: LiveSnapshot;

  /** @param pins Where sticky pins are found. */
  constructor(pins: PinLookup) {
    this.#snapshot = new LiveSnapshot(pins);
  }

  /**
   * The world at `nowMs`, Unix time in milliseconds. It is the same object every time, so that a decision allocates
   * nothing for it: use it for one decision, which is synchronous, and do not keep it.
   */
  at(nowMs: number): RoutingSnapshot {
    this.#snapshot.nowMs = nowMs;
    return this.#snapshot;
  }
}

class LiveSnapshot implements RoutingSnapshot {
  nowMs = 0;

  constructor(private readonly pins: PinLookup) {}

  pinnedProvider(tenantId: string, sessionKey: string): string | undefined {
    return this.pins.pinnedProvider(tenantId, sessionKey, this.nowMs);
  }

  estimateOf(): Estimate | undefined {
    return undefined;
  }

  breakerOf(): BreakerState {
    return 'closed';
  }
}
