/** How long a slot lasts, in milliseconds: HTTP tells times in whole seconds. */
const SLOT_MS = 1_000;
/** So much earlier than told a retry may come, in milliseconds: timers are not exact. */
const EARLY_MS = 10;

/**
 * Whether a retry comes when the router asked for it. The router has room then, so the retry is no burden to it; earlier
 * or much later it is a retry like any other.
 */
export function isInSlot(slotAtMs: number | undefined, nowMs: number): boolean {
  if (slotAtMs === undefined) return false;
  return nowMs >= slotAtMs - EARLY_MS && nowMs <= slotAtMs + SLOT_MS;
}
