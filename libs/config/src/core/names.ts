/** The environment's spelling of a property: `grpcPort` is `GRPC_PORT`. */
export function envNameOf(property: string): string {
  return property.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/** The contract's spelling of a property: `grpcPort` is `grpc_port`. */
export function contractNameOf(property: string): string {
  return envNameOf(property).toLowerCase();
}

/**
 * Beginnings of environment variables that are ours: a variable that begins so and is no key is a mistake.
 * Single words that other software is known to use stand here with their second word.
 */
const OWN_PREFIXES: readonly string[] = [
  'ADMIN_API_',
  'BACKPRESSURE_',
  'BEAMLINE_',
  'BUILTIN_DEFAULT_',
  'CAF_',
  'DECIDE_',
  'DECISION_RECORDS_',
  'DLQ_',
  'GATEWAY_',
  'GRPC_',
  'HTTP_',
  'IDEMPOTENCY_',
  'INFLIGHT_OVERLOAD',
  'JETSTREAM_',
  'JS_',
  'LATENCY_OVERLOAD_',
  'LATENCY_SAMPLES_',
  'LOAD_REPORT',
  'LOG_',
  'METRICS_',
  'MIN_PAYLOAD_',
  'NATS_',
  'OVERLOAD_',
  'POLICIES_',
  'POLICY_STORE_',
  'PROMETHEUS_QUERY_',
  'PROMETHEUS_URL',
  'QUEUE_OVERLOAD',
  'READY_FILE',
  'REQUEST_MAX_',
  'RESULT_ACK_',
  'RETRY_AFTER_',
  'ROUTER_',
  'SHUTDOWN_',
  'STICKY_STORE_',
  'STRICT_TRACE_',
  'TENANT_VALIDATION_',
];

/** Variables that begin like ours and belong to tools beside us: the launcher, the gRPC library, proxies. */
const TOOL_VARIABLES = new Set([
  'BEAMLINE_DATA_DIR',
  'BEAMLINE_GUARD_LOG',
  'HTTP_PROXY',
  'NATS_DATA_DIR',
  'NATS_SERVER_BIN',
  'ROUTER_TEST_LEVEL',
]);
const GRPC_LIBRARY_VARIABLES =
  /^GRPC_(?:TRACE|VERBOSITY|NODE_\w+|DEFAULT_SSL_ROOTS_FILE_PATH|SSL_CIPHER_SUITES|EXPERIMENTAL_\w+|XDS_\w+)$/;

/** Kubernetes describes every service of a namespace to every container in it: `NATS_SERVICE_HOST`, `GATEWAY_PORT=tcp://…`. */
const SERVICE_LINK_NAMES =
  /_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)$/;
const SERVICE_LINK_VALUE = /^(?:tcp|udp|sctp):\/\//;

/** Says whether Kubernetes, not an operator, set this variable. It is ignored even where its name is one of our keys. */
export function isServiceLink(name: string, value: string): boolean {
  if (SERVICE_LINK_NAMES.test(name)) return true;
  return name.endsWith('_PORT') && SERVICE_LINK_VALUE.test(value);
}

/** Says whether a variable that is no key has to be reported. */
export function claimsToBeOurs(name: string, value: string): boolean {
  if (TOOL_VARIABLES.has(name) || GRPC_LIBRARY_VARIABLES.test(name)) return false;
  if (isServiceLink(name, value)) return false;
  return OWN_PREFIXES.some((prefix) => name.startsWith(prefix));
}
