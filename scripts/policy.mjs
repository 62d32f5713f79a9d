// Reads and changes the policies of a running system, in its JetStream bucket:
//   node scripts/policy.mjs put <file, or - for stdin> [--unchecked]
//   node scripts/policy.mjs get <tenant> <policy> [--revision <number>]
//   node scripts/policy.mjs delete|history <tenant> <policy>
//   node scripts/policy.mjs list [<tenant>]
// The address is that of the system that `npm start` runs, or --nats <url>.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Kvm } from '@nats-io/kv';
import { UserError, reportAndExit, say } from './lib/console.mjs';
import { withNats } from './lib/doors.mjs';
import { readEndpoints } from './lib/endpoints.mjs';
import { root } from './lib/workspace.mjs';

const USAGE = `Usage: node scripts/policy.mjs put <file, or - for stdin> [--unchecked]
       node scripts/policy.mjs get <tenant> <policy> [--revision <number>]
       node scripts/policy.mjs delete|history <tenant> <policy>
       node scripts/policy.mjs list [<tenant>]
Every command takes --nats <url>.`;
const ARGUMENTS = { put: [1, 1], get: [2, 2], delete: [2, 2], history: [2, 2], list: [0, 1] };

/** A lib as it was built. */
async function built(lib) {
  try {
    return await import(join(root, `dist/apps/router/libs/${lib}/src/core/index.js`));
  } catch (error) {
    throw new UserError(`The router is not built (${error.message}): run \`npm run build\` first.`);
  }
}

const { kvKey, kvKeyParts, BUCKETS } = await built('contracts').catch(reportAndExit);

/** The text of a document, unless the router would refuse it. */
async function readText(file, unchecked) {
  let text;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UserError(error.message);
  }
  const { parsePolicyJson, describeProblem } = await built('policy');
  const read = parsePolicyJson(text);
  if (read.ok || unchecked) return text;
  const problems = read.problems.map((problem) => `  ${describeProblem(problem)}`);
  throw new UserError(`Not stored:\n${problems.join('\n')}`);
}

/** What a text is the JSON of; `undefined` where it is none. */
function parsed(text) {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

async function existing(bucket, tenant, policy, revision) {
  const entry = await bucket.get(kvKey(tenant, policy), revision && { revision });
  if (entry?.operation === 'PUT') return entry;
  const which = revision ? `revision ${revision} of ${tenant}/${policy}` : `${tenant}/${policy}`;
  throw new UserError(`There is no ${which}.`);
}

async function put(bucket, [file], { unchecked }) {
  const text = await readText(file, unchecked);
  const { tenant_id: tenant, policy_id: policy } = parsed(text) ?? {};
  if (typeof tenant !== 'string' || typeof policy !== 'string')
    throw new UserError(`${file} must be a JSON object with tenant_id and policy_id.`);
  const revision = await bucket.put(kvKey(tenant, policy), text);
  say(`${tenant}/${policy} is stored as revision ${revision}.`);
}

async function get(bucket, [tenant, policy], { revision }) {
  const entry = await existing(bucket, tenant, policy, revision && Number(revision));
  const document = parsed(entry.string());
  say(document === undefined ? entry.string() : JSON.stringify(document, null, 2));
}

async function remove(bucket, [tenant, policy]) {
  await existing(bucket, tenant, policy);
  await bucket.delete(kvKey(tenant, policy));
  say(`${tenant}/${policy} is deleted.`);
}

async function history(bucket, [tenant, policy]) {
  for await (const entry of await bucket.history({ key: kvKey(tenant, policy) })) {
    const isPut = entry.operation === 'PUT';
    const what = isPut ? `version ${parsed(entry.string())?.version ?? '1.0'}` : 'deleted';
    say(`revision ${entry.revision}  ${entry.created.toISOString()}  ${what}`);
  }
}

async function list(bucket, [tenant]) {
  const keys = await bucket.keys(tenant === undefined ? '>' : `${kvKey(tenant)}.>`);
  for await (const key of keys) say((kvKeyParts(key) ?? [key]).join('/'));
}

const COMMANDS = { put, get, delete: remove, history, list };

function readCommandLine() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      nats: { type: 'string' },
      revision: { type: 'string' },
      unchecked: { type: 'boolean', default: false },
    },
  });
  const [name, ...names] = positionals;
  const [least, most] = (Object.hasOwn(ARGUMENTS, name ?? '') && ARGUMENTS[name]) || [1, 0];
  if (names.length < least || names.length > most) throw new UserError(USAGE);
  return { command: COMMANDS[name], names, values };
}

try {
  const { command, names, values } = readCommandLine();
  const endpoints = values.nats === undefined ? readEndpoints() : { nats: values.nats };
  await withNats(endpoints, async (connection) => {
    const bucket = await new Kvm(connection).open(BUCKETS.policies);
    await command(bucket, names, values);
  });
} catch (error) {
  reportAndExit(error);
}
