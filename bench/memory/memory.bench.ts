// What the router remembers: policies of many tenants, on a real bucket, and sticky pins.
import { StickyStore } from '@beamline/policy';
import { compilePolicy, parsePolicy } from '@beamline/policy/core';
import { benchOptions } from '../harness/bench-options.js';
import { startNats } from '../harness/nats-process.js';
import { publishReport } from '../harness/publish-report.js';
import { type Row, rowOf } from '../harness/results.js';
import { bytesEach } from './heap.js';
import { policyDocument } from './policy-documents.js';
import { loadPolicies, startStore, tenantOf } from './stored-policies.js';

const TARGET = { atMost: 1_024 };
const COMPILED = 10_000;

async function policyRows(url: string, count: number): Promise<Row[]> {
  const running = await startStore(url, count);
  const stored = await bytesEach(count, () => loadPolicies(running, count));
  const asked = await bytesEach(count, () => {
    for (let n = 0; n < count; n += 1) {
      if (!running.store.find(tenantOf(n), 'chat').ok) throw new Error(`no policy ${n}`);
    }
  });
  await running.stop();
  const documentBytes = Buffer.byteLength(JSON.stringify(policyDocument(0)));
  return [
    rowOf('a policy document as JSON', 'bytes', [documentBytes]),
    rowOf(`${count} policies loaded from the bucket, each`, 'bytes', [stored.bytes], TARGET),
    rowOf(
      `${count} policies after each was used, each`,
      'bytes',
      [stored.bytes + asked.bytes],
      TARGET,
    ),
  ];
}

async function compiledRow(): Promise<Row> {
  const { bytes } = await bytesEach(COMPILED, () =>
    Array.from({ length: COMPILED }, (_, n) => {
      const parsed = parsePolicy(JSON.parse(JSON.stringify(policyDocument(n))));
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
      return compilePolicy(parsed.policy);
    }),
  );
  return rowOf('a compiled policy (the store keeps the 10 000 in use)', 'bytes', [bytes]);
}

async function pinRow(count: number): Promise<Row> {
  const { bytes, held } = await bytesEach(count, () => {
    const store = new StickyStore({ maxPins: count });
    for (let n = 0; n < count; n += 1) {
      const sessionKey = `session-${String(n).padStart(8, '0')}`;
      store.pin({ tenantId: 'bench', sessionKey, providerId: 'openai:gpt-4o', ttlMs: 600_000 });
    }
    return store;
  });
  if (held.state.pins !== count) throw new Error(`${held.state.pins} pins of ${count}`);
  return rowOf(`${count} sticky pins, each`, 'bytes', [bytes], TARGET);
}

const options = benchOptions(process.argv.slice(2));
const count = options.quick ? 10_000 : 100_000;
const nats = await startNats();
try {
  const policies = await policyRows(nats.url, count);
  publishReport('memory', [...policies, await compiledRow(), await pinRow(count)], options);
} finally {
  await nats.stop();
}
