import { SUBJECTS } from '@beamline/contracts/core';
import type { LoadTarget } from './load-generator.js';
import type { MeasuredNats } from './nats-process.js';
import { NodeProcess } from './node-process.js';
import { startGateway, startRouter } from './product.js';
import { benchModule } from './repo-path.js';

/** Something that a door is compared with, or the product itself. */
export interface Contestant {
  readonly name: string;
  start(nats: MeasuredNats): Promise<LoadTarget>;
}

/** One way in, and everybody who offers it. The first contestant is the product, the second the bare one. */
export interface Door {
  readonly name: 'NATS' | 'gRPC' | 'HTTP';
  /** Load generator: `bench/load/<protocol>.load.ts`. */
  readonly protocol: string;
  readonly contestants: readonly Contestant[];
}

/** Names of contestants, as they stand in the tables. */
export const NAMES = {
  product: 'Beamline',
  bare: 'bare echo',
  worker: 'bare worker',
  parsing: 'bare, parsing',
  idiomatic: 'idiomatic Nest',
} as const;

const baseline = (
  nats: MeasuredNats,
  module: string,
  env: Readonly<Record<string, string>>,
): Promise<NodeProcess> =>
  NodeProcess.start({
    name: `${module} ${env['SUBJECT'] ?? ''}`,
    module: benchModule(`baselines/${module}`),
    env: { NATS_URL: nats.url, ...env },
  });

function natsBaseline(name: string, module: string, env: Record<string, string>): Contestant {
  const subject = `bench.${name.replaceAll(/\W+/g, '-')}`;
  return {
    name,
    start: async (nats) => {
      const server = await baseline(nats, module, { SUBJECT: subject, ...env });
      return { name, target: { url: nats.url, subject }, servers: [server] };
    },
  };
}

function grpcBaseline(name: string, module: string, env: Record<string, string>): Contestant {
  return {
    name,
    start: async (nats) => {
      const server = await baseline(nats, module, env);
      return { name, target: server.addresses, servers: [server] };
    },
  };
}

/** Two hops: a gateway that asks over NATS, and a responder behind it. */
function httpBaseline(
  name: string,
  { gateway, responder }: { readonly gateway: string; readonly responder: string },
): Contestant {
  const subject = `bench.http.${name.replaceAll(/\W+/g, '-')}`;
  return {
    name,
    start: async (nats) => {
      const behind = await baseline(nats, responder, { SUBJECT: subject });
      const front = await baseline(nats, gateway, { SUBJECT: subject });
      return { name, target: front.addresses, servers: [front, behind] };
    },
  };
}

const router: Contestant = {
  name: NAMES.product,
  start: async (nats) => ({
    name: NAMES.product,
    target: { url: nats.url, subject: SUBJECTS.decide },
    servers: [await startRouter(nats)],
  }),
};

const routerOverGrpc: Contestant = {
  name: NAMES.product,
  start: async (nats) => {
    const server = await startRouter(nats);
    return {
      name: NAMES.product,
      target: { address: server.addresses['grpc'] ?? '' },
      servers: [server],
    };
  },
};

const gateway: Contestant = {
  name: NAMES.product,
  start: async (nats) => {
    const behind = await startRouter(nats);
    const front = await startGateway(nats);
    const url = new URL(front.addresses['http'] ?? '');
    return {
      name: NAMES.product,
      target: { host: url.hostname, port: url.port },
      servers: [front, behind],
    };
  },
};

/** Every door of the request/reply path with its contestants. */
export const DOORS: readonly Door[] = [
  {
    name: 'NATS',
    protocol: 'nats',
    contestants: [
      router,
      natsBaseline(NAMES.bare, 'bare-nats', {}),
      natsBaseline(NAMES.parsing, 'bare-nats', { PARSE: 'true' }),
      natsBaseline(NAMES.idiomatic, 'nest/nats-app', { RAW: 'true' }),
    ],
  },
  {
    name: 'gRPC',
    protocol: 'grpc',
    contestants: [
      routerOverGrpc,
      grpcBaseline(NAMES.bare, 'bare-grpc', {}),
      grpcBaseline(NAMES.parsing, 'bare-grpc', { PARSE: 'true' }),
      grpcBaseline(NAMES.idiomatic, 'nest/grpc-app', {}),
    ],
  },
  {
    name: 'HTTP',
    protocol: 'http',
    contestants: [
      gateway,
      httpBaseline(NAMES.bare, { gateway: 'bare-gateway', responder: 'bare-nats' }),
      httpBaseline(NAMES.idiomatic, { gateway: 'nest/gateway-app', responder: 'nest/nats-app' }),
    ],
  },
];
