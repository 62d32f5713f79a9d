import 'reflect-metadata';
import {
  ConfigError,
  describeConfig,
  type GatewayConfig,
  loadGatewayConfig,
} from '@beamline/config';
import { createLogger, type Logger, logNatsEvents, PinoNestLogger } from '@beamline/metrics';
import { renameSync, writeFileSync } from 'node:fs';
import { type RunningGateway, startGateway } from './start-gateway.js';

const EXIT_CONFIGURATION = 2;
const EXIT_TOLD_TWICE = 130;

function readConfig(): GatewayConfig {
  try {
    return loadGatewayConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return process.exit(EXIT_CONFIGURATION);
  }
}

/** Whoever waits for the file never sees half of it. */
function writeReadyFile(path: string, addresses: object): void {
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, `${JSON.stringify({ ...addresses, pid: process.pid })}\n`);
  renameSync(draft, path);
}

function stopWhenTold(gateway: RunningGateway, logger: Logger): void {
  let told = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (told) process.exit(EXIT_TOLD_TWICE);
    told = true;
    logger.info('gateway stopping', { context: { signal } });
    void end(gateway, logger);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

async function end(gateway: RunningGateway, logger: Logger): Promise<void> {
  await gateway.stop();
  logger.info('gateway stopped');
  await logger.close();
  process.exit(0);
}

async function main(): Promise<void> {
  const config = readConfig();
  const { logLevel, logDir, logToConsole, logRetentionDays } = config;
  const logger = createLogger({
    component: 'gateway-adapter',
    logLevel,
    logToConsole,
    logRetentionDays,
    ...(logDir !== undefined && { logDir }),
  });
  logger.info('gateway starting', { context: describeConfig(config) });
  const voice = { logger: new PinoNestLogger(logger), observeNats: logNatsEvents(logger) };
  const gateway = await startGateway(config, voice).catch(async (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    logger.error(`gateway could not start: ${reason}`);
    await logger.close();
    process.exit(1);
  });
  stopWhenTold(gateway, logger);
  await gateway.connected;
  const addresses = { http: gateway.url, nats: config.natsUrl };
  logger.info('gateway ready', { context: addresses });
  if (config.readyFile !== undefined) writeReadyFile(config.readyFile, addresses);
}

await main();
