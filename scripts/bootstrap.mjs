// Prepares a clone and stops there: dependencies, nats-server, build. `npm start` and `npm test` do the same by themselves.
import { reportAndExit, say } from './lib/console.mjs';
import { prepare } from './lib/prepare.mjs';

try {
  const natsServer = await prepare({ build: true, nats: !process.env.NATS_URL });
  say(`Ready. nats-server: ${natsServer ?? 'not needed, NATS_URL is set'}`);
} catch (error) {
  reportAndExit(error);
}
