// What a fresh clone needs before anything of it can run.
import { join } from 'node:path';
import { ensureBuilt, ensureSimulatorBuilt } from './build.mjs';
import { checkNode, ensureDependencies } from './dependencies.mjs';
import { withLock } from './lock.mjs';
import { ensureNatsServer } from './nats-binary.mjs';
import { root } from './workspace.mjs';

/** Installs and builds what is missing and answers the nats-server's path (undefined when not asked for). One at a time per clone. */
export function prepare({ build, nats, simulator }) {
  checkNode();
  return withLock(join(root, '.tools/prepare.lock'), 'installing or building', async () => {
    await ensureDependencies();
    const natsServer = nats ? await ensureNatsServer() : undefined;
    if (build) await ensureBuilt();
    if (simulator) await ensureSimulatorBuilt();
    return natsServer;
  });
}
