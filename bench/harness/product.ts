import { mkdirSync } from 'node:fs';
import type { MeasuredNats } from './nats-process.js';
import { NodeProcess } from './node-process.js';
import { repoPath } from './repo-path.js';

/** What the product is started with besides its own defaults. */
export interface ProductOptions {
  readonly env?: Readonly<Record<string, string>>;
}

function startApp(
  app: 'router' | 'gateway-adapter',
  nats: MeasuredNats,
  { env }: ProductOptions,
): Promise<NodeProcess> {
  const folder = repoPath('.data/bench');
  mkdirSync(folder, { recursive: true });
  const readyFile = `${folder}/${app}.ready.json`;
  return NodeProcess.start({
    name: app,
    module: repoPath(`dist/apps/${app}/apps/${app}/src/main.js`),
    readyFile,
    env: {
      NATS_URL: nats.url,
      READY_FILE: readyFile,
      ...env,
    },
  });
}

/** The router as it is delivered, with the policies of the bench. */
export const startRouter = (
  nats: MeasuredNats,
  options: ProductOptions = {},
): Promise<NodeProcess> =>
  startApp('router', nats, {
    ...options,
    env: {
      HTTP_PORT: '0',
      GRPC_PORT: '0',
      POLICIES_DIR: repoPath('bench/policies'),
      ...options.env,
    },
  });

/** The gateway-adapter as it is delivered. */
export const startGateway = (
  nats: MeasuredNats,
  options: ProductOptions = {},
): Promise<NodeProcess> =>
  startApp('gateway-adapter', nats, {
    ...options,
    env: { GATEWAY_PORT: '0', ...options.env },
  });
