import type { GatewayConfig } from './gateway.keys.js';
import type { RouterConfig } from './router.keys.js';

/** A rule that binds several keys. Says what is wrong, or nothing. */
export interface CrossRule<Config> {
  /** Properties it reads; it is not asked when one of them is already known to be wrong. */
  readonly reads: readonly (keyof Config & string)[];
  /** What has to hold, in words. */
  readonly rule: string;
  holds(config: Config): boolean;
}

/** Both apps. */
type SharedConfig = Pick<GatewayConfig, keyof GatewayConfig & keyof RouterConfig>;

const isSet = (value: string | undefined) => value !== undefined;

/** Rules that bind the keys which both apps have. */
const sharedRules: readonly CrossRule<SharedConfig>[] = [
  {
    reads: ['natsReconnectDelayMs', 'natsMaxReconnectDelayMs'],
    rule: 'NATS_RECONNECT_DELAY_MS must be at most NATS_MAX_RECONNECT_DELAY_MS',
    holds: (config) => config.natsReconnectDelayMs <= config.natsMaxReconnectDelayMs,
  },
  {
    reads: ['natsTlsCertFile', 'natsTlsKeyFile'],
    rule: 'NATS_TLS_CERT_FILE and NATS_TLS_KEY_FILE must be set together',
    holds: (config) => isSet(config.natsTlsCertFile) === isSet(config.natsTlsKeyFile),
  },
  {
    reads: ['natsTlsCertFile', 'natsTlsKeyFile', 'natsTlsCaFile', 'natsTlsEnabled'],
    rule: 'TLS files need NATS_TLS_ENABLED=true',
    holds: (config) =>
      config.natsTlsEnabled ||
      ![config.natsTlsCertFile, config.natsTlsKeyFile, config.natsTlsCaFile].some(isSet),
  },
  {
    reads: ['natsUsername', 'natsPassword'],
    rule: 'NATS_USERNAME and NATS_PASSWORD must be set together',
    holds: (config) => isSet(config.natsUsername) === isSet(config.natsPassword),
  },
  {
    reads: ['shutdownDrainMs', 'shutdownGraceMs'],
    rule: 'SHUTDOWN_DRAIN_MS must be at most SHUTDOWN_GRACE_MS',
    holds: (config) => config.shutdownDrainMs <= config.shutdownGraceMs,
  },
];

/** Rules that bind keys of the router. */
export const routerRules: readonly CrossRule<RouterConfig>[] = [
  ...sharedRules,
  {
    reads: ['grpcPort', 'httpPort', 'grpcHost', 'httpHost', 'grpcEnabled'],
    rule: 'gRPC and HTTP cannot listen on the same address and port',
    holds: ({ grpcEnabled, grpcPort, httpPort, grpcHost, httpHost }) =>
      !grpcEnabled || grpcPort === 0 || grpcPort !== httpPort || grpcHost !== httpHost,
  },
  {
    reads: ['decideAsyncSubject', 'decideSubject'],
    rule: 'the durable subject captures `<itself>.>`, so DECIDE_SUBJECT must neither equal it nor lie below it: a stream on it would answer requesters in place of the router',
    holds: ({ decideSubject, decideAsyncSubject }) =>
      decideSubject !== decideAsyncSubject && !decideSubject.startsWith(`${decideAsyncSubject}.`),
  },
  {
    reads: ['dlqSubjectPattern', 'decideAsyncSubject'],
    rule: 'dead letters must not lead back into the intake',
    holds: ({ dlqSubjectPattern, decideAsyncSubject }) => {
      const target = dlqSubjectPattern?.replaceAll('{subject}', decideAsyncSubject);
      return target !== decideAsyncSubject;
    },
  },
  {
    reads: ['adminApiKey', 'nodeEnv'],
    rule: 'the key of the examples is known to everybody: choose another one',
    holds: ({ adminApiKey, nodeEnv }) => adminApiKey !== 'dev-admin-key' || nodeEnv === 'test',
  },
  {
    reads: ['gatewayNotifyHeartbeatMs', 'gatewayNotifyTtlMs'],
    rule: 'GATEWAY_NOTIFY_TTL_MS must be more than GATEWAY_NOTIFY_HEARTBEAT_MS: what was told would be disbelieved before it is told again',
    holds: (config) => config.gatewayNotifyTtlMs > config.gatewayNotifyHeartbeatMs,
  },
  {
    reads: ['gatewayEndpoints', 'gatewayMaxEndpoints'],
    rule: 'GATEWAY_ENDPOINTS must name at most GATEWAY_MAX_ENDPOINTS endpoints',
    holds: ({ gatewayEndpoints = [], gatewayMaxEndpoints }) =>
      gatewayEndpoints.length <= gatewayMaxEndpoints,
  },
];

const jwtSources = ['gatewayJwtSecret', 'gatewayJwtJwks', 'gatewayJwtJwksUrl'] as const;

/** Rules that bind keys of the gateway-adapter. */
export const gatewayRules: readonly CrossRule<GatewayConfig>[] = [
  ...sharedRules,
  {
    reads: jwtSources,
    rule: 'tokens have one source of keys: GATEWAY_JWT_SECRET, GATEWAY_JWT_JWKS or GATEWAY_JWT_JWKS_URL',
    holds: (config) => jwtSources.filter((key) => config[key] !== undefined).length <= 1,
  },
  {
    reads: ['gatewayAuthRequired', 'gatewayApiKeys', ...jwtSources],
    rule: 'GATEWAY_AUTH_REQUIRED needs GATEWAY_API_KEYS or a source of keys of tokens: nobody could come in',
    holds: (config) =>
      config.gatewayAuthRequired !== true ||
      config.gatewayApiKeys !== undefined ||
      jwtSources.some((key) => config[key] !== undefined),
  },
  {
    reads: ['gatewayApiKeys'],
    rule: 'two callers cannot have the same key',
    holds: ({ gatewayApiKeys = {} }) => {
      const keys = Object.values(gatewayApiKeys).map(({ key }) => key);
      return new Set(keys).size === keys.length;
    },
  },
  {
    reads: ['gatewayMaxStreamsPerTenant', 'gatewayMaxStreams'],
    rule: 'GATEWAY_MAX_STREAMS_PER_TENANT must be at most GATEWAY_MAX_STREAMS',
    holds: (config) => config.gatewayMaxStreamsPerTenant <= config.gatewayMaxStreams,
  },
];
