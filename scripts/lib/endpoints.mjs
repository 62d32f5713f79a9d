// `.data/endpoints.json`: where everything runs, for scripts. Written last, removed first.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { UserError } from './console.mjs';
import { lockHolder } from './lock.mjs';
import { endpointsFile, startLock } from './workspace.mjs';

const hostAndPort = (address) =>
  String(address)
    .replace(/^[a-z]+:\/\//, '')
    .replace(/\/+$/, '')
    .replace(/^(0\.0\.0\.0|\[::\]):/, '127.0.0.1:');
const httpUrl = (address) => `http://${hostAndPort(address)}`;

/** `{ nats, routerHttp, routerGrpc, gatewayHttp }`; routerGrpc is null where gRPC is switched off. */
export function endpointsOf({ nats, router, gateway }) {
  return {
    nats,
    routerHttp: httpUrl(router.http),
    routerGrpc: router.grpc ? hostAndPort(router.grpc) : null,
    gatewayHttp: httpUrl(gateway.http),
  };
}

/** Appears complete or not at all. */
export function writeEndpoints(endpoints) {
  const file = endpointsFile();
  writeFileSync(`${file}.new`, `${JSON.stringify(endpoints, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

export const removeEndpoints = () => rmSync(endpointsFile(), { force: true });

/** The addresses of the running system. A file that a killed `npm start` left behind does not count. */
export function readEndpoints() {
  try {
    if (!lockHolder(startLock())) throw new Error('nobody runs');
    return JSON.parse(readFileSync(endpointsFile(), 'utf8'));
  } catch {
    throw new UserError(
      `Nothing runs here: ${endpointsFile()} is missing. Start the system with \`npm start\` first.`,
    );
  }
}
