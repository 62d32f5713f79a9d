import 'reflect-metadata';
import { describeConfig, loadGatewayConfig } from '@beamline/config';
import { createLogger, logGatewayEvents, logNatsEvents, PinoNestLogger } from '@beamline/metrics';
import { configOrExit, runService } from '@beamline/service';
import { startGateway } from './start-gateway.js';

const config = configOrExit(() => loadGatewayConfig(process.env));
const { natsUrl: nats, readyFile, shutdownDrainMs, shutdownGraceMs } = config;
const logger = createLogger({ component: 'gateway-adapter', ...config });
logger.info('gateway starting', { context: { config: describeConfig(config) } });

await runService({
  name: 'gateway',
  log: logger,
  readyFile,
  stopLimitMs: shutdownDrainMs + shutdownGraceMs,
  start: async () => {
    const voice = {
      logger: new PinoNestLogger(logger),
      observeNats: logNatsEvents(logger),
      observe: logGatewayEvents(logger),
    };
    const gateway = await startGateway(config, voice);
    const { url: http, connected } = gateway;
    return { ready: connected.then(() => ({ http, nats })), stop: () => gateway.stop() };
  },
});
