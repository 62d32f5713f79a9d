import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, freePort, startTestNats } from '@beamline/testing';
import { Webhook } from 'standardwebhooks';
import { NewProject, packGatewayAdapter } from './new-project.js';
import {
  EXAMPLES,
  FRAMEWORKS,
  STRICT,
  TYPES,
  OTHER_DOORS,
  WITH_FRAMEWORKS,
} from './package-examples.js';
import { aNotification, StandInRouter } from './stand-in-router.js';

const SERVERS = ['express.mjs', 'fastify.mjs', 'nest.js', 'gateway.mjs'];
/** Where the example in the package listens; the README's listen at /ask. */
const PATHS: Readonly<Record<string, string>> = { 'gateway.mjs': '/chat' };
const REQUEST = {
  version: '1',
  tenant_id: 'acme',
  request_id: 'r-1',
  task: { type: 'chat', payload: {} },
};

let folder: string;
let installed: NewProject;
let router: StandInRouter;
const projects: NewProject[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'beamline-package-'));
  installed = NewProject.empty('module');
  projects.push(installed);
  await installed.install(await packGatewayAdapter(folder));
  router = await StandInRouter.start();
}, 240_000);

afterAll(async () => {
  await Promise.all(projects.map((project) => project.end()));
  await router.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A project with the package, installed once, and with `peers`. */
function aProject(type: 'module' | 'commonjs', ...peers: string[]): NewProject {
  const project = NewProject.empty(type);
  projects.push(project);
  project.copyPackages(installed);
  project.link(...peers);
  for (const [file, text] of EXAMPLES) project.write(file, text);
  return project;
}

describe('a project that has the package and NATS, and nothing else', () => {
  let project: NewProject;

  beforeAll(() => {
    project = aProject('module', '@nats-io/transport-node');
  });

  it.each(['quick-start.mjs', 'quick-start.cjs'])('runs %s', async (file) => {
    const { code, output } = await project.node(file, { NATS_URL: router.natsUrl });

    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringMatching(/^(openai|decided)\n$/),
    });
  });

  it('is told the reason where there is no router', async () => {
    const alone = await startTestNats();

    const { output } = await project.node('quick-start.mjs', { NATS_URL: alone.url });

    await alone.stop();
    expect(output).toBe('no_responders\n');
  });

  it.each(['', '/express', '/fastify'])(
    'finds the same behind door %j in both module systems',
    async (door) => expectSameBehind(door, project),
  );

  it('brings its licence, its README and its example', () => {
    const files = readdirSync(join(project.folder, 'node_modules/@beamline/gateway-adapter'));

    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist', 'example']));
  });
});

describe.each(['module', 'commonjs'] as const)('TypeScript in a project of type %s', (type) => {
  let project: NewProject;

  beforeAll(() => {
    project = aProject(type, '@nats-io/transport-node', ...TYPES, ...FRAMEWORKS);
    project.write('wrong.ts', `${EXAMPLES.get('typed.ts')}\ncreateGateway({ subject: 1 });`);
    project.write('frameworks.ts', WITH_FRAMEWORKS);
    project.write('doors.ts', OTHER_DOORS);
  });

  it('is checked by declarations that are right themselves', async () => {
    // Those of NATS break under exactOptionalPropertyTypes.
    const options = { ...STRICT, exactOptionalPropertyTypes: false, module: 'nodenext' };

    const { output } = await project.compile(options, ['typed.ts', 'wrong.ts']);

    expect(output.trim().split('\n')).toEqual([expect.stringContaining('wrong.ts')]);
  });

  it('takes the middleware and hooks where the frameworks take theirs', async () => {
    const options = { ...STRICT, module: 'nodenext', skipLibCheck: true };
    const files = ['typed.ts', 'frameworks.ts', 'doors.ts'];

    expect(await project.compile(options, files)).toEqual({ code: 0, output: '' });
  });
});

it('TypeScript of older projects finds the doors as well', async () => {
  const project = aProject('commonjs', '@nats-io/transport-node', ...TYPES, ...FRAMEWORKS);
  project.write('doors.ts', OTHER_DOORS);
  const older = { moduleResolution: 'node10', ignoreDeprecations: '6.0', module: 'commonjs' };
  const options = { ...STRICT, ...older, esModuleInterop: true, skipLibCheck: true };

  expect(await project.compile(options, ['typed.ts', 'doors.ts'])).toEqual({
    code: 0,
    output: '',
  });
});

describe('the servers of the README and of example/', () => {
  let project: NewProject;

  beforeAll(async () => {
    project = aProject('module', '@nats-io/transport-node', ...TYPES, ...FRAMEWORKS);
    const options = { ...STRICT, module: 'nodenext', skipLibCheck: true, noEmit: false };
    const { output } = await project.compile(options, ['nest.ts']);
    if (output !== '') throw new Error(output);
  });

  async function start(file: string, env: Record<string, string> = {}): Promise<string> {
    const port = String(await freePort());
    const output = project.serve(file, { PORT: port, NATS_URL: router.natsUrl, ...env });
    await eventually(() => {
      if (!output().includes('listening')) throw new Error(output());
      return true;
    });
    return `http://127.0.0.1:${port}`;
  }

  it.each(SERVERS)('%s answers, and refuses by itself while the router refuses', async (file) => {
    const url = await start(file);
    const ask = () => post(`${url}${PATHS[file] ?? '/ask'}`, REQUEST);

    expect(await (await ask()).text()).toContain('openai');

    router.isFull = true;
    await router.push({ status: 'active', effective_status: 'active', credit: 1 });
    const refused = await eventually(async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, async () => readOf(await ask())),
      );
      // What the router refuses says that it is full.
      const found = answers.find(({ status, text }) => status === 429 && !text.includes('"full"'));
      if (!found) throw new Error(`it answered ${answers.map(({ status }) => status).join(' ')}`);
      return found;
    }).finally(() => (router.isFull = false));
    expect(Number(refused.retryAfter)).toBeGreaterThan(0);
    expect(refused.text).toContain('service_overloaded');

    await router.push({});
    await eventually(async () => (await ask()).ok);
  });

  it('notifications.mjs believes what is signed, and nothing else', async () => {
    const secret = `whsec_${Buffer.from('a secret of thirty-two bytes, 32').toString('base64')}`;
    const url = await start('notifications.mjs', { WEBHOOK_SECRET: secret });
    const facts = {
      status: 'active',
      effective_status: 'active',
      epoch: 1,
      seq: 1,
      ttl_ms: 60_000,
    };
    const body = JSON.stringify(aNotification(facts));
    const notify = (by: string) => postSigned(`${url}/api/v1/backpressure/notifications`, body, by);

    const forged = await notify(`whsec_${Buffer.alloc(32).toString('base64')}`);
    const before: any = await (await fetch(`${url}/load`)).json();
    const signed = await notify(secret);
    const after: any = await (await fetch(`${url}/load`)).json();

    expect([forged.status, before.status]).toEqual([401, 'unknown']);
    expect([signed.status, after.status]).toEqual([204, 'active']);
  });

  it('over-grpc.mjs asks over gRPC', async () => {
    const ended = await project.node('over-grpc.mjs', { ROUTER_GRPC: router.grpcAddress });

    expect(ended).toEqual({ code: 0, output: 'decided\n' });
  });

  it.each(['/nest', '/grpc'])('find the same behind door %j in both module systems', (door) =>
    expectSameBehind(door, project),
  );

  it('end when they are told to', async () => {
    expect(new Set(await project.end())).toEqual(new Set([0]));
  });
});

it('tries every example there is', () => {
  const tried = ['quick-start.mjs', 'quick-start.cjs', 'typed.ts', 'nest.ts', 'notifications.mjs'];

  expect([...EXAMPLES.keys()].toSorted()).toEqual(
    [...tried, 'over-grpc.mjs', 'express.mjs', 'fastify.mjs', 'gateway.mjs'].toSorted(),
  );
});

it('shows connections to NATS that are never given up', () => {
  const connecting = [...EXAMPLES].filter(([, text]) => /\bconnect\(/.test(text));

  expect(connecting.map(([file]) => file)).toContain('quick-start.mjs');
  expect(connecting.filter(([, text]) => !text.includes('maxReconnectAttempts: -1'))).toEqual([]);
});

async function expectSameBehind(door: string, project: NewProject): Promise<void> {
  const name = `@beamline/gateway-adapter${door}`;
  project.write(
    'keys.mjs',
    `import * as all from '${name}';\nconsole.log(Object.keys(all).sort());`,
  );
  project.write('keys.cjs', `console.log(Object.keys(require('${name}')).sort());`);

  const [esm, cjs] = await Promise.all([project.node('keys.mjs'), project.node('keys.cjs')]);

  expect(esm).toEqual({ code: 0, output: expect.stringContaining("'") });
  expect(cjs).toEqual(esm);
}

async function readOf(response: Response) {
  const retryAfter = response.headers.get('retry-after');
  return { status: response.status, retryAfter, text: await response.text() };
}

function post(url: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json', connection: 'close' };
  return fetch(url, { method: 'POST', body: JSON.stringify(body), headers });
}

function postSigned(url: string, body: string, secret: string): Promise<Response> {
  const at = new Date();
  const headers = {
    'content-type': 'application/json',
    'webhook-id': `1-1-${secret.length}`,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(`1-1-${secret.length}`, at, body),
  };
  return fetch(url, { method: 'POST', body, headers });
}
