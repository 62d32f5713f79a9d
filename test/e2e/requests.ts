/** A decide request in the contract's `task` form. */
export function aRequest(changes: Readonly<Record<string, unknown>> = {}): Record<string, any> {
  return {
    version: '1',
    tenant_id: 'acme',
    request_id: `req-${Math.random().toString(36).slice(2)}`,
    task: { type: 'text.generate', payload: { prompt: 'Say hello to the beamline.' } },
    metadata: { user_id: 'u-42' },
    ...changes,
  };
}
