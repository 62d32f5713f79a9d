import { decided, metadataOf } from './decide.fixtures.js';

describe('fallback rules', () => {
  const fallbacks = [
    { when: { status: ['timeout', '5xx'] }, retry: 2, to: 'b' },
    { when: { status: 'rate_limited' }, retry: 0, to: 'c' },
  ];
  const policy = { providers: [{ name: 'a', weight: 100 }], fallbacks };
  const failed = (context: Record<string, unknown>) =>
    decided(policy, { context: { status: 'timeout', current_provider: 'a', ...context } });

  it('retry on the current provider while attempts are left', () => {
    const decision = failed({});

    expect(decision).toMatchObject({
      providerId: 'a',
      reason: 'retry',
      priority: 50,
      metadata: { retry_attempt: 1, retry_max: 2, backoff_applied: true },
    });
    const { fallback_rule_id: id, backoff_ms: waitMs } = metadataOf(decision);
    expect(id).toMatch(/^[0-9a-f]{8}$/);
    expect(waitMs).toBeGreaterThanOrEqual(100);
    expect(waitMs).toBeLessThanOrEqual(110);
  });

  it.each([1, '1'])('count the attempts that the context tells of (%p)', (attempts) => {
    const id = String(metadataOf(failed({}))['fallback_rule_id']);

    expect(failed({ [`retry_attempts_${id}`]: attempts })).toMatchObject({
      reason: 'retry',
      metadata: { retry_attempt: 2 },
    });
  });

  it('go to their target when the attempts are used up', () => {
    const id = String(metadataOf(failed({}))['fallback_rule_id']);

    expect(failed({ [`retry_attempts_${id}`]: 2 })).toMatchObject({
      providerId: 'b',
      reason: 'fallback',
      priority: 25,
      metadata: {
        fallback_rule_id: id,
        retry_attempts_used: 2,
        retry_max: 2,
        fallback_applied: true,
      },
    });
  });

  it('go straight to their target when no current provider is known', () => {
    expect(failed({ current_provider: undefined })).toMatchObject({
      providerId: 'b',
      metadata: { retry_attempts_used: 0 },
    });
  });

  it.each([503, '503', '5xx'])('read a status of %p as 5xx', (status) => {
    expect(failed({ status })).toMatchObject({ reason: 'retry' });
  });

  it('take the first that matches', () => {
    expect(failed({ status: 'rate_limited' })).toMatchObject({ providerId: 'c' });
  });

  it('leave a failure that none describes to the split', () => {
    expect(failed({ status: 'odd' })).toMatchObject({ providerId: 'a', reason: 'weighted' });
  });

  it('are not asked while nothing has failed and somebody is fit', () => {
    const always = { ...policy, fallbacks: [{ when: {}, retry: 0, to: 'b' }] };

    expect(decided(always)).toMatchObject({ providerId: 'a', reason: 'weighted' });
  });

  it('pass over one that can only retry when it cannot', () => {
    const rules = [
      { when: {}, retry: 1 },
      { when: {}, retry: 0, to: 'c' },
    ];

    expect(decided({ fallbacks: rules })).toMatchObject({ providerId: 'c' });
  });

  it('serve when all weights are 0, the legacy fallback last', () => {
    const nobody = { providers: [{ name: 'a', weight: 0 }], fallback: 'last' };

    expect(decided({ ...nobody, fallbacks })).toMatchObject({
      providerId: 'last',
      reason: 'fallback',
      priority: 25,
    });
    expect(
      decided({ ...nobody, fallbacks: [{ when: { status: 'all_providers_failed' }, to: 'c' }] }),
    ).toMatchObject({ providerId: 'c', reason: 'fallback' });
  });

  it('end in no_provider_available when none serves', () => {
    expect(decided({ providers: [{ name: 'a', weight: 0 }], fallbacks })).toEqual({
      ok: false,
      reason: 'no_provider_available',
    });
  });

  it('read the older fallback as a rule for its conditions', () => {
    const legacy = {
      ...policy,
      fallbacks: [],
      fallback: { provider: 'old', conditions: ['timeout'] },
    };

    expect(decided(legacy, { context: { status: 'timeout' } })).toMatchObject({
      providerId: 'old',
      reason: 'fallback',
    });
    expect(decided(legacy, { context: { status: 'other' } })).toMatchObject({ providerId: 'a' });
  });

  it('have an id that changes with their content and with nothing else', () => {
    const idOf = (rule: object) => metadataOf(decided({ fallbacks: [rule] }))['fallback_rule_id'];
    const rule = { when: { message_type: 'chat', region: 'eu' }, retry: 0, to: 'c' };
    const reordered = { to: 'c', retry: 0, when: { region: 'eu', message_type: 'chat' } };
    const given = { messageType: 'chat', context: { region: 'eu' } };
    const under = (fallback: object) =>
      metadataOf(decided({ fallbacks: [fallback] }, given))['fallback_rule_id'];

    expect(under(reordered)).toBe(under(rule));
    expect(under({ ...rule, to: 'd' })).not.toBe(under(rule));
    expect(idOf({ when: {}, retry: 0, to: 'c' })).not.toBe(under(rule));
  });
});
