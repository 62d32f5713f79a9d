const COHORTS = 128;
const HOUR_MS = 3_600_000;

/** The hour that cohorts are drawn for. @param unixMs Unix time: replicas that counted from their start would disagree. */
export function cohortHour(unixMs: number): number {
  return Math.floor(unixMs / HOUR_MS);
}

/**
 * Where a tenant stands among its equals in an hour, 0 to 1: a tenant is in or out for all of its requests, and by the
 * next hour the lot falls anew (the user priority of DAGOR, Zhou et al. 2018). FNV-1a over the id and the hour.
 */
export function cohortOf(tenantId: string, hour: number): number {
  let hash = 0x811c9dc5 ^ hour;
  for (let i = 0; i < tenantId.length; i += 1) {
    hash = Math.imul(hash ^ tenantId.charCodeAt(i), 0x01000193);
  }
  // The low bits of FNV are weak with short ids; the mix spreads the high ones over them.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) & (COHORTS - 1)) / COHORTS;
}
