// What `npm start` prints once everything serves: what runs where, and three commands to paste.
import { join, relative } from 'node:path';
import { seconds } from './console.mjs';
import { root } from './workspace.mjs';

const SAMPLE = { tenant_id: 'acme', policy_id: 'chat-prod' };
const TASK = { type: 'chat', payload: { prompt: 'Say hello' } };
const quoted = (value) => `'${JSON.stringify(value)}'`;
const tryCommand = (door, request) =>
  `node ${JSON.stringify(join(root, 'scripts/try.mjs'))} ${door} ${quoted(request)}`;
const withoutSecrets = (url) => url.replace(/\/\/[^@/]*@/g, '//***@');

/** The commands by door; each answers with a decision. */
function sampleCommands({ gatewayHttp, routerGrpc }) {
  const request = (id) => ({ version: '1', ...SAMPLE, request_id: id, task: TASK });
  const { tenant_id, policy_id } = SAMPLE;
  return {
    http: `curl -s -X POST ${gatewayHttp}/api/v1/routes/decide -H 'content-type: application/json' -H 'x-tenant-id: ${tenant_id}' -d ${quoted(request('hello-http'))}`,
    ...(routerGrpc && {
      grpc: tryCommand('grpc', {
        message: { message_id: 'hello-grpc', tenant_id, message_type: TASK.type },
        policy_id,
      }),
    }),
    nats: tryCommand('nats', request('hello-nats')),
  };
}

export function guide({ endpoints, data, policies, localNats, tookMs }) {
  const commands = sampleCommands(endpoints);
  const natsNote = localNats
    ? `JetStream, managed here, store in ${join(data, 'nats')}`
    : 'from NATS_URL';
  return `
Beamline Router is ready after ${seconds(tookMs)}.

  router            HTTP  ${endpoints.routerHttp}   health, metrics, explain
                    gRPC  ${endpoints.routerGrpc ?? 'off (GRPC_ENABLED=false)'}
  gateway-adapter   HTTP  ${endpoints.gatewayHttp}
  NATS                    ${withoutSecrets(endpoints.nats)}   ${natsNote}
  policies                ${relative(process.cwd(), policies) || policies}
  logs                    ${join(data, '*.log')}
  addresses               ${join(data, 'endpoints.json')}

Ask for a decision; each of these works when pasted into another terminal:

${Object.entries(commands)
  .map(([door, command]) => `# ${door}\n${command}`)
  .join('\n\n')}

Ctrl-C stops everything. The data stays for the next start.
`;
}
