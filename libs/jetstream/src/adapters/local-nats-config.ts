import { knowsSyncAlways } from '../core/durability.js';

/** What goes into the configuration file of a local nats-server. */
export interface ServerConfigInput {
  readonly storeDir: string;
  readonly host?: string;
  readonly port?: number;
  readonly logFile: string;
  readonly portsDir: string;
  readonly config?: readonly string[];
  readonly version: string | undefined;
}

/** The configuration of a local nats-server as text. */
export function serverConfig(input: ServerConfigInput): string {
  const port = input.port === undefined || input.port === 0 ? -1 : input.port;
  const lines = [
    `listen: ${JSON.stringify(`${input.host ?? '127.0.0.1'}:${port}`)}`,
    `ports_file_dir: ${JSON.stringify(input.portsDir)}`,
    `log_file: ${JSON.stringify(input.logFile)}`,
    'jetstream {',
    `  store_dir: ${JSON.stringify(input.storeDir)}`,
    ...(knowsSyncAlways(input.version) ? ['  sync_interval: always'] : []),
    '}',
    ...(input.config ?? []),
  ];
  return `${lines.join('\n')}\n`;
}
