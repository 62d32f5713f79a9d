// Running a local nats-server
export {
  findNatsServer,
  type FindNatsServerOptions,
  natsServerVersionOf,
} from './adapters/find-nats-server.js';
export {
  type LocalNats,
  type LocalNatsOptions,
  startNatsServer,
} from './adapters/local-nats-server.js';
