import type { NatsCredentials, NatsTls } from './nats-auth.js';
import type { NatsLinkOptions } from './nats-link.js';

/** The NATS keys that the configuration of every app has, under its names there. */
export interface NatsSettings {
  /** One address, or several with commas between them. */
  readonly natsUrl: string;
  readonly natsConnectTimeoutMs: number;
  readonly natsReconnectDelayMs: number;
  readonly natsMaxReconnectDelayMs: number;
  readonly natsJwt?: string | undefined;
  readonly natsNkey?: string | undefined;
  readonly natsUsername?: string | undefined;
  readonly natsPassword?: string | undefined;
  readonly natsTlsEnabled: boolean;
  readonly natsTlsVerify: boolean;
  readonly natsTlsCaFile?: string | undefined;
  readonly natsTlsCertFile?: string | undefined;
  readonly natsTlsKeyFile?: string | undefined;
}

/** How an app reaches NATS. `name` is what the server shows for the connection. */
export function natsLinkOptionsOf(name: string, settings: NatsSettings): NatsLinkOptions {
  return {
    name,
    servers: settings.natsUrl.split(','),
    connectTimeoutMs: settings.natsConnectTimeoutMs,
    reconnectDelayMs: settings.natsReconnectDelayMs,
    maxReconnectDelayMs: settings.natsMaxReconnectDelayMs,
    credentials: credentialsOf(settings),
    ...(settings.natsTlsEnabled && { tls: tlsOf(settings) }),
  };
}

function credentialsOf(settings: NatsSettings): NatsCredentials {
  const { natsJwt, natsNkey, natsUsername, natsPassword } = settings;
  return {
    ...(natsJwt && { jwt: natsJwt }),
    ...(natsNkey && { nkeySeed: natsNkey }),
    ...(natsUsername && { username: natsUsername }),
    ...(natsPassword && { password: natsPassword }),
  };
}

function tlsOf(settings: NatsSettings): NatsTls {
  const { natsTlsVerify, natsTlsCaFile, natsTlsCertFile, natsTlsKeyFile } = settings;
  return {
    verify: natsTlsVerify,
    ...(natsTlsCaFile && { caFile: natsTlsCaFile }),
    ...(natsTlsCertFile && { certFile: natsTlsCertFile }),
    ...(natsTlsKeyFile && { keyFile: natsTlsKeyFile }),
  };
}
