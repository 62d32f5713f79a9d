/** Longest time that a caller may say it waits, in milliseconds: one day. */
const MAX_TIMEOUT_MS = 86_400_000;

/** Time a caller says it still waits, in milliseconds; `undefined` when it says nothing, or nonsense. */
export function readTimeoutMs(said: string | undefined): number | undefined {
  if (said === undefined || said.trim() === '') return undefined;
  const timeoutMs = Number(said);
  return timeoutMs >= 0 && timeoutMs <= MAX_TIMEOUT_MS ? timeoutMs : undefined;
}
