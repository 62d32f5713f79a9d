import { renameSync, writeFileSync } from 'node:fs';
import type { RouterConfig } from '@beamline/config';
import type { Logger } from '@beamline/metrics';
import type { RunningRouter } from './create-router.js';

/** Waits until the router is ready for the first time, then says so: in the log, and in `READY_FILE` for scripts. */
export async function announceReady(
  router: RunningRouter,
  config: RouterConfig,
  logger: Logger,
): Promise<void> {
  await untilReady(router);
  const { httpUrl: http, grpcAddress: grpc, link } = router;
  const nats = config.natsUrl;
  const { serverVersion: natsVersion, durability } = link;
  logger.info('router ready', { context: { http, grpc, nats, natsVersion, durability } });
  if (config.readyFile) {
    // Readers see the whole file or none.
    const draft = `${config.readyFile}.${process.pid}`;
    writeFileSync(draft, JSON.stringify({ http, grpc, nats, pid: process.pid }));
    renameSync(draft, config.readyFile);
  }
}

function untilReady({ readiness }: RunningRouter): Promise<void> {
  return new Promise((resolve) => {
    readiness.onChange((ready) => {
      if (ready) resolve();
    });
    if (readiness.report().ready) resolve();
  });
}
