import { parsePolicy } from './parse-policy.js';
import type { PolicyDocument } from './policy-document.js';

/** The document of the policy that serves tenants without a policy `default` of their own. */
const BUILTIN_DEFAULT_POLICY = {
  policy_id: 'default',
  version: '1.0',
  providers: [
    { name: 'openai', weight: 70 },
    { name: 'anthropic', weight: 30 },
  ],
  fallback: { provider: 'local_llm' },
} as const;

/** {@link BUILTIN_DEFAULT_POLICY} as the policy of a tenant. */
export function builtinPolicyFor(tenantId: string): PolicyDocument {
  const { policy_id: policyId } = BUILTIN_DEFAULT_POLICY;
  return { ...parsed, tenantId, policyId };
}

const parsed = parseBuiltin();

function parseBuiltin(): PolicyDocument {
  const result = parsePolicy({ ...BUILTIN_DEFAULT_POLICY, tenant_id: 'any' });
  // Unreachable: the constant above is checked by a test.
  if (!result.ok) throw new Error('the built-in policy is not valid');
  return result.policy;
}
