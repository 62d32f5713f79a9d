import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError, describeConfig, loadRouterConfig, type RouterConfig } from '@beamline/config';
import { createLogger, type Logger, PinoNestLogger, Registry } from '@beamline/metrics';
import { createRouter, type RunningRouter } from './create-router.js';
import { announceReady } from './announce-ready.js';
import { routerObservers } from './observers.js';

/** Exit code of a process that was told something it cannot work with. */
const EXIT_MISCONFIGURED = 2;

await run(readConfig());

async function run(config: RouterConfig): Promise<void> {
  const logger = createLogger({ component: 'router', ...config });
  logger.info('router starting', { context: { config: describeConfig(config) } });
  process.once('uncaughtException', (error) => void dieOf(error, logger));
  process.once('unhandledRejection', (error) => void dieOf(error, logger));
  try {
    const registry = new Registry();
    const router = await createRouter({
      config,
      registry,
      observers: routerObservers(config, registry, logger),
      logger: new PinoNestLogger(logger),
      random: Math.random,
    });
    stopWhenTold(router, config, logger);
    await announceReady(router, config, logger);
  } catch (error) {
    await dieOf(error, logger);
  }
}

/** SIGTERM and SIGINT: say so, wait until load balancers have noticed, finish what was accepted, end. */
function stopWhenTold(router: RunningRouter, config: RouterConfig, logger: Logger): void {
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    const { shutdownDrainMs, shutdownGraceMs } = config;
    logger.info('router stopping', { context: { signal } });
    // Whatever hangs, the process ends; a little later than the parts are given to end by themselves.
    setTimeout(() => void giveUp(logger), shutdownDrainMs + shutdownGraceMs + 800).unref();
    router.readiness.drain();
    await sleep(shutdownDrainMs);
    await router.close();
    logger.info('router stopped');
    await logger.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, (s) => void stop(s));
}

/** Something did not end: what it still held is delivered again by NATS, or its caller asks again. */
async function giveUp(logger: Logger): Promise<never> {
  const advice = 'raise SHUTDOWN_GRACE_MS if this comes again';
  logger.error('router did not end in time and is cut off', { context: { advice } });
  await Promise.race([logger.close(), sleep(200)]);
  process.exit(1);
}

function readConfig(): RouterConfig {
  try {
    return loadRouterConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_MISCONFIGURED);
  }
}

async function dieOf(error: unknown, logger: Logger): Promise<never> {
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  logger.error('router failed', { context: { reason } });
  await logger.close();
  process.exit(1);
}
