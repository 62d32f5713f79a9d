import type { KeySpec } from './key-spec.js';
import { gatewayKeys, routerKeys } from './load-config.js';
import { unservedKeys } from './unserved-keys.js';

const INTRODUCTION = `# Configuration

<!-- Generated from the schema by scripts/generate-config-docs.mjs. Change libs/config, then run \`node scripts/generate-config-docs.mjs\`. -->

Router and gateway-adapter read their configuration once, at start, from environment variables and, when \`CONFIG_FILE\`
names one, from a JSON file. The file has the same keys, in lower or upper case (\`grpc_port\` or \`GRPC_PORT\`), with
values of the right JSON type. A variable wins over the file. An empty variable counts as not set.

- **Every problem is reported at once**, with key, value and rule; then the process ends. Values of secret keys are never
  shown.
- **An unknown key stops the start**, in the file always, in the environment when it begins like one of ours (\`NATS_\`,
  \`GRPC_\`, \`HTTP_\`, \`LOG_\`, …); the message names the nearest key. Variables that Kubernetes adds for services
  (\`NATS_SERVICE_HOST\`, \`GATEWAY_PORT=tcp://…\`) and those of tools (\`GRPC_TRACE\`, \`NATS_SERVER_BIN\`) are ignored.
- Both apps may share one environment and one file: each ignores the keys of the other.
- **Integers** are digits only: \`12abc\`, \`1e3\` and \`0x10\` are refused. **Booleans** are \`true\`, \`false\`, \`1\`, \`0\`.
  **Lists** are comma separated, a JSON array, or a JSON map whose keys are the entries.
- Ports: 0 takes a free port; the addresses in use are in the line \`router ready\` or \`gateway ready\` of the log, and in
  \`READY_FILE\`.
`;

/** The page docs/configuration.md, made of the schema. */
export function renderConfigDocs(): string {
  const shared = gatewayKeys.filter(({ name }) => routerKeys.some((key) => key.name === name));
  const only = (keys: readonly KeySpec[]) =>
    keys.filter(({ name }) => !shared.some((key) => key.name === name));
  const sections = [
    INTRODUCTION,
    section('Router', only(routerKeys)),
    section('Gateway-adapter', only(gatewayKeys)),
    section('Both', shared),
    unserved(),
  ];
  return sections.join('\n');
}

function section(title: string, keys: readonly KeySpec[]): string {
  const rows = keys.map((key) => `| ${cellsOf(key).join(' | ')} |`);
  const head = ['| Key | Default | Must be | Meaning |', '|---|---|---|---|'];
  return [`## ${title}`, '', ...head, ...rows, ''].join('\n');
}

function cellsOf(key: KeySpec): readonly string[] {
  const names = [key.name, ...key.aliases].map((name) => `\`${name}\``).join(', also ');
  const secret = key.secret ? ' Secret.' : '';
  const exists = key.mustExist === undefined ? '' : ` Must be an existing ${key.mustExist}.`;
  const rule = key.rule.replace(/^must be /, '');
  return [names, defaultOf(key), rule, key.about + exists + secret].map(escaped);
}

function defaultOf({ byDefault }: KeySpec): string {
  if (byDefault === undefined) return 'not set';
  const text = Array.isArray(byDefault) ? byDefault.join(',') : JSON.stringify(byDefault);
  return `\`${text.replaceAll('"', '')}\``;
}

function unserved(): string {
  const rows = [...unservedKeys].map(([name, reason]) => `| \`${name}\` | ${escaped(reason)} |`);
  const text =
    'Keys of the contract that have no meaning here. Setting one stops the start, so that nobody relies on it.';
  return ['## Not served', '', text, '', '| Key | Why |', '|---|---|', ...rows, ''].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('|', String.raw`\|`);
}
