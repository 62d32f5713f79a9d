import { readPolicy } from './index.js';

describe('a lenient reading', () => {
  it.each([
    ['no providers', { providers: [] }, { providers: [] }],
    [
      'a weight of 0',
      { providers: [{ id: 'x', weight: 0 }] },
      { providers: [{ id: 'x', weight: 0 }] },
    ],
    [
      'a fallback without a target',
      { fallbacks: [{ when: ['timeout'] }] },
      { fallbacks: [{ retry: 1 }] },
    ],
    [
      'sticky without enabled',
      { sticky: { key: 'u', ttl: '5m' } },
      { sticky: { enabled: false, ttlMs: 300_000 } },
    ],
    [
      'extensions without an id',
      { post: [{ invalid: true }, { id: 'x' }] },
      { pipeline: { post: [{ id: 'x' }] } },
    ],
  ])('passes %s', (_what, document, expected) => {
    expect(readPolicy(document)).toMatchObject({ ok: true, policy: expected });
  });

  it('still finds what cannot be read at all', () => {
    expect(readPolicy({ providers: [{ id: 'x', weight: 'much' }] }).ok).toBe(false);
  });
});
