/**
 * What an acknowledged write of the connected NATS survives besides the end of any process:
 * `sync-always` also a power loss, `sync-interval` a power loss only after the next sync (up to two minutes),
 * `unknown` where nobody can say.
 */
type Durability = 'sync-always' | 'sync-interval' | 'unknown';

/** What is known about the durability of the connected server, and how it is known. */
export interface DurabilityFacts {
  readonly durability: Durability;
  /** One sentence for the start log and the health detail. */
  readonly statement: string;
}

/** Whether a server of that version knows `sync_interval: always` (2.10 and later). */
export function knowsSyncAlways(version: string | undefined): boolean {
  const parts = /^(\d+)\.(\d+)/.exec(version ?? '');
  if (parts === null) return false;
  const major = Number(parts[1]);
  return major > 2 || (major === 2 && Number(parts[2]) >= 10);
}

/**
 * What can be said about a server from outside. A server does not tell its clients how it syncs: before 2.10 it can
 * only sync in intervals, later it depends on its configuration, which is known only where we started it ourselves.
 */
export function durabilityOf(
  version: string | undefined,
  startedByUs: boolean = false,
): DurabilityFacts {
  if (version === undefined) {
    return { durability: 'unknown', statement: 'no NATS server is connected' };
  }
  if (!knowsSyncAlways(version)) {
    return {
      durability: 'sync-interval',
      statement: `nats-server ${version} syncs in intervals: acknowledged data survives kill -9 of any process, a power loss may take the last two minutes`,
    };
  }
  if (startedByUs) {
    return {
      durability: 'sync-always',
      statement: `nats-server ${version} was started with sync_interval: always: acknowledged data survives kill -9 and power loss`,
    };
  }
  return {
    durability: 'unknown',
    statement: `nats-server ${version} does not tell how it syncs: acknowledged data survives kill -9, against power loss set sync_interval: always`,
  };
}
