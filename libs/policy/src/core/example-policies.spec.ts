import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  compilePolicy,
  describeProblem,
  explain,
  emptySnapshot,
  parsePolicyJson,
} from './index.js';

const FOLDER = join(__dirname, '../../../../examples/policies');
const FILES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.json'),
);

it('there are policies of several tenants', () => {
  expect(new Set(FILES.map((file) => file.split('/')[0])).size).toBeGreaterThanOrEqual(3);
});

it.each(FILES)('%s is a policy of its folder that serves a plain request', (file) => {
  const [tenantId = '', name = ''] = file.split('/');
  const policyId = name.replace('.json', '');
  const parsed = parsePolicyJson(readFileSync(join(FOLDER, file), 'utf8'), { tenantId, policyId });
  const request = { tenantId, requestId: 'r', messageType: 'chat', context: {}, constraints: {} };

  expect(parsed.ok ? [] : parsed.problems.map(describeProblem)).toEqual([]);
  if (!parsed.ok) return;
  expect(explain(compilePolicy(parsed.policy), request, emptySnapshot(0))).toMatchObject({
    reason: 'weighted',
  });
});
