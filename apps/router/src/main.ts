import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeConfig, loadRouterConfig } from '@beamline/config';
import { createLogger, PinoNestLogger, Registry } from '@beamline/metrics';
import { configOrExit, runService } from '@beamline/service';
import { createRouter, type RunningRouter } from './create-router.js';
import { routerObservers } from './observers.js';
import { AdminAccess } from './overload/admin-access.js';
import { overloadNotesOf } from './overload/overload-options.js';

const config = configOrExit(() => loadRouterConfig(process.env));
const { natsUrl: nats, readyFile, shutdownDrainMs, shutdownGraceMs } = config;
const logger = createLogger({ component: 'router', ...config });
logger.info('router starting', { context: { config: describeConfig(config) } });
const { rule } = new AdminAccess(config.adminApiKey, config.nodeEnv === 'production');
if (rule !== 'by key') logger.warn(`admin calls: ${rule}, since ADMIN_API_KEY is not set`);
for (const note of overloadNotesOf(config)) logger.warn(`overload settings: ${note}`);
if (config.gatewayWebhookSecrets === undefined) {
  const level = config.gatewayEndpoints === undefined ? 'info' : 'warn';
  logger[level]('webhooks to gateways are not signed, since GATEWAY_WEBHOOK_SECRETS is not set');
}

await runService({
  name: 'router',
  log: logger,
  readyFile,
  stopLimitMs: shutdownDrainMs + shutdownGraceMs,
  start: async () => {
    const registry = new Registry();
    const router = await createRouter({
      config,
      registry,
      observers: routerObservers(config, registry, logger),
      logger: new PinoNestLogger(logger),
      random: Math.random,
    });
    return { ready: factsOf(router), stop: () => stop(router) };
  },
});

async function factsOf(router: RunningRouter): Promise<Readonly<Record<string, unknown>>> {
  await router.readiness.untilReady();
  const { httpUrl: http, grpcAddress: grpc, link } = router;
  const { serverVersion: natsVersion, durability } = link;
  return { http, grpc, nats, natsVersion, durability };
}

/** Waits until load balancers have noticed, finishes what was accepted, ends. */
async function stop(router: RunningRouter): Promise<void> {
  router.readiness.drain();
  await sleep(shutdownDrainMs);
  await router.close();
}
