const ALWAYS_REAL = 'the router always talks to a real NATS server';

/** Keys of the contract that have no meaning here, and what to do instead. Their presence is an error, not a surprise. */
export const unservedKeys: ReadonlyMap<string, string> = new Map([
  ['NATS_MODE', ALWAYS_REAL],
  ['NATS_STUB_CONNECTION_TIMEOUT_MS', ALWAYS_REAL],
  ['NATS_FAIL_OPEN_MODE', 'a publish that was not stored is never reported as done'],
  ['NATS_CLUSTER', 'list the servers of the cluster in NATS_URL'],
  ['CP2_PLUS_ALLOWED', 'every capability is on by default and has its own key'],
  ['CURRENT_CP', 'every capability is on by default and has its own key'],
  ['TELEMETRY_ENABLED', 'use METRICS_EXPORT_ENABLED'],
]);
