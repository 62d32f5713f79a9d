import type { BreakerState, Estimate, RoutingSnapshot } from '../core/index.js';

/** Where a snapshot finds sticky pins; {@link StickyStore} is one. */
export interface PinLookup {
  pinnedProvider(tenantId: string, sessionKey: string, nowMs: number): string | undefined;
}

/** Gives each decision its view of the world. */
export interface SnapshotSource {
  /**
   * The world at `nowMs`, Unix time in milliseconds. It is the same object every time: use it for one decision, which
   * is synchronous, and do not keep it.
   */
  at(nowMs: number): RoutingSnapshot;
}

/** Makes a source of snapshots. @param pins Where sticky pins are found; `undefined` = no session is ever pinned. */
export function createSnapshotSource(pins: PinLookup | undefined): SnapshotSource {
  const snapshot = pins === undefined ? new LiveSnapshot(NO_PINS) : new LiveSnapshot(pins);
  return {
    at(nowMs) {
      snapshot.nowMs = nowMs;
      return snapshot;
    },
  };
}

const NO_PINS: PinLookup = { pinnedProvider: () => undefined };

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
