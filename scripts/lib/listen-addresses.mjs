// The addresses the two apps will listen on, and whether somebody else has them already.
import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { UserError } from './console.mjs';

// The defaults are those of libs/config; they stand here as well because this runs before anything is installed.
const LISTENERS = [
  {
    who: 'router, gRPC',
    portKeys: ['GRPC_PORT'],
    hostKey: 'GRPC_HOST',
    defaultPort: 9000,
    offKey: 'GRPC_ENABLED',
  },
  {
    who: 'router, HTTP',
    portKeys: ['HTTP_PORT', 'METRICS_PORT'],
    hostKey: 'HTTP_HOST',
    defaultPort: 9001,
  },
  {
    who: 'gateway-adapter, HTTP',
    portKeys: ['GATEWAY_PORT'],
    hostKey: 'GATEWAY_HOST',
    defaultPort: 8080,
  },
];

function settingsOf(env) {
  let file = {};
  try {
    if (env.CONFIG_FILE) file = JSON.parse(readFileSync(env.CONFIG_FILE, 'utf8'));
  } catch {
    // The app reads the same file and explains what is wrong with it.
  }
  return (key) => env[key] ?? file[key] ?? file[key.toLowerCase()];
}

/** Where each door will listen: `{ who, key, host, port }`; port 0 means "any". */
function plannedListeners(env) {
  const setting = settingsOf(env);
  return LISTENERS.filter(
    ({ offKey }) => !offKey || String(setting(offKey) ?? 'true') !== 'false',
  ).map((listener) => {
    const key =
      listener.portKeys.find((name) => setting(name) !== undefined) ?? listener.portKeys[0];
    return {
      who: listener.who,
      key,
      host: setting(listener.hostKey) ?? '127.0.0.1',
      port: Number(setting(key) ?? listener.defaultPort),
    };
  });
}

function bindError({ host, port }) {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', (error) => done(error.code));
    server.listen({ host, port, exclusive: true }, () => server.close(() => done(undefined)));
  });
}

function listeningInodes(port) {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .filter(existsSync)
    .flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(suffix) && state === '0A')
    .map((fields) => `socket:[${fields[9]}]`);
}

function holds(pid, sockets) {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) =>
      sockets.includes(readlinkSync(`/proc/${pid}/fd/${fd}`)),
    );
  } catch {
    return false;
  }
}

/** Who listens on the port, where the system tells us (Linux), else how to find out. */
function holderHint(port) {
  const sockets = listeningInodes(port);
  const pid =
    sockets.length > 0 &&
    readdirSync('/proc').find((name) => /^\d+$/.test(name) && holds(name, sockets));
  if (!pid) return `\`lsof -i :${port}\` names the process that has it.`;
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    .split('\0')
    .join(' ')
    .trim()
    .slice(0, 120);
  return `It is held by process ${pid}: ${command}`;
}

/** Throws a UserError for the first planned port that cannot be had, before anything is started. */
export async function assertPortsFree(env) {
  for (const listener of plannedListeners(env)) {
    if (!Number.isInteger(listener.port) || listener.port <= 0) continue;
    const code = await bindError(listener);
    if (code !== 'EADDRINUSE' && code !== 'EACCES') continue;
    const { who, key, host, port } = listener;
    const what =
      code === 'EACCES'
        ? `Port ${port} may not be used without privileges`
        : `Port ${port} on ${host} is taken`;
    const hint = code === 'EACCES' ? '' : `\n${holderHint(port)}`;
    throw new UserError(
      `${what}; it is wanted for ${who}.${hint}\nStop that process, or choose another port: ${key}=${port + 100} npm start`,
    );
  }
}
