/** A policy as a tenant with three providers, sticky sessions and fallbacks has it. */
export const policyDocument = (n: number): object => ({
  policy_id: 'chat',
  tenant_id: `tenant-${String(n).padStart(6, '0')}`,
  version: '1.0',
  providers: [
    { name: 'openai:gpt-4o', weight: 40 + (n % 20) },
    { name: 'anthropic:claude', weight: 30 },
    { name: 'local_llm', weight: 10 },
  ],
  fallbacks: [
    { when: { status: ['timeout', '5xx'] }, retry: 2, to: 'anthropic:claude' },
    { when: { status: 'rate_limited' }, retry: 1, to: 'local_llm' },
  ],
  sticky: { enabled: true, session_key: 'user_id', ttl: '10m' },
  circuit_breaker: { enabled: true, failure_threshold: 5, timeout_ms: 60000 },
});
