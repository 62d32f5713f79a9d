import fc from 'fast-check';
import { readSubjectSettings } from './read-settings.js';
import { DEFAULT_SETTINGS, permitTtlMsOf, type SubjectSettings } from './subject-settings.js';

const read = (document: unknown, base: SubjectSettings = DEFAULT_SETTINGS) =>
  readSubjectSettings(document, base);

function problemsOf(document: unknown): readonly string[] {
  const result = read(document);
  return result.ok ? [] : result.problems;
}

it('keeps what an empty document does not mention', () => {
  expect(read({})).toEqual({ ok: true, settings: DEFAULT_SETTINGS, notes: [] });
  expect(read({ thresholds: {}, policy: {}, admission: {} })).toEqual(read({}));
});

it('reads every field', () => {
  const document = {
    thresholds: { queue_overload: 10, latency_overload_ms: 20, inflight_overload: 30 },
    policy: {
      retry_after_seconds: 5,
      max_retry_attempts: 7,
      backoff_strategy: 'linear',
      recovery_threshold: 0.25,
      alert_on_active: false,
      alert_on_warning: true,
    },
    admission: {
      mode: 'strict',
      slo_ms: 900,
      max_inflight: 50,
      retry_after_mode: 'fixed',
      retry_after_max_seconds: 60,
      permit_ttl_ms: 1_800,
    },
  };

  expect(read(document)).toEqual({
    ok: true,
    notes: [],
    settings: {
      thresholds: { queueOverload: 10, latencyOverloadMs: 20, inflightOverload: 30 },
      policy: {
        retryAfterSeconds: 5,
        maxRetryAttempts: 7,
        backoffStrategy: 'linear',
        recoveryThreshold: 0.25,
        alertOnActive: false,
        alertOnWarning: true,
      },
      admission: {
        mode: 'strict',
        sloMs: 900,
        maxInflight: 50,
        retryAfterMode: 'fixed',
        retryAfterMaxSeconds: 60,
        permitTtlMs: 1_800,
      },
    },
  });
});

it('lays a document over what is below it', () => {
  const base = read({ thresholds: { queue_overload: 10 }, admission: { slo_ms: 500 } });
  if (!base.ok) throw new Error(base.problems.join());

  const result = read({ thresholds: { inflight_overload: 3 } }, base.settings);

  expect(result).toMatchObject({
    settings: {
      thresholds: { queueOverload: 10, latencyOverloadMs: 5_000, inflightOverload: 3 },
      admission: { sloMs: 500 },
    },
  });
  expect(read({ admission: { slo_ms: null } }, base.settings)).toMatchObject({
    settings: { admission: { sloMs: undefined } },
  });
});

it.each([
  [{ thresholds: { queue_overload: 0 } }, 'thresholds.queue_overload: 0 counts as 1'],
  [{ thresholds: { latency_overload_ms: -5 } }, 'thresholds.latency_overload_ms: -5 counts as 1'],
  [{ thresholds: { inflight_overload: 0.5 } }, 'thresholds.inflight_overload: 0.5 counts as 1'],
  [{ policy: { retry_after_seconds: -1 } }, 'policy.retry_after_seconds: -1 counts as 1'],
  [{ policy: { max_retry_attempts: 0 } }, 'policy.max_retry_attempts: 0 counts as 1'],
  [{ policy: { recovery_threshold: 1.5 } }, 'policy.recovery_threshold: 1.5 counts as 1'],
  [{ policy: { recovery_threshold: -1 } }, 'policy.recovery_threshold: -1 counts as 0'],
  [{ admission: { slo_ms: 0 } }, 'admission.slo_ms: 0 counts as 1'],
  [{ admission: { max_inflight: 0 } }, 'admission.max_inflight: 0 counts as 1'],
  [{ policy: 'none' }, 'policy: "none" is no map and counts as absent'],
  [{ policy: [1] }, 'policy: a list is no map and counts as absent'],
  [{ policy: null }, 'policy: null is no map and counts as absent'],
])('clamps as the contract does, and says so: %j', (document, note) => {
  const result = read(document);

  expect(result).toMatchObject({ ok: true, notes: [note] });
});

it.each([
  { admission: { permit_ttl_ms: 60_000, slo_ms: 40_000 } },
  { admission: { permit_ttl_ms: 60_000 }, thresholds: { latency_overload_ms: 40_000 } },
])('refuses to give requests up before they could be seen to be late: %j', (document) => {
  expect(problemsOf(document)).toEqual([
    'admission.permit_ttl_ms: must be at least twice slo_ms and latency_overload_ms, 80000 (got 60000)',
  ]);
});

it.each([
  [{ thresholds: { latency_overload_ms: 90_000 } }, 180_000],
  [{ admission: { slo_ms: 90_000 } }, 180_000],
  [{ admission: { slo_ms: 100 } }, 60_000],
  // The threshold is of another layer, which may be replaced at any time.
  [{ admission: { permit_ttl_ms: 2_000, slo_ms: 1_000 } }, 10_000],
])(
  'holds permits for long enough where a document names longer times alone: %j',
  (document, ms) => {
    const result = read(document);

    expect(result.ok && permitTtlMsOf(result.settings)).toBe(ms);
  },
);

it('takes the clamped values into force', () => {
  const result = read({
    thresholds: { queue_overload: 0, latency_overload_ms: -5 },
    policy: { recovery_threshold: 7 },
  });

  expect(result).toMatchObject({
    settings: {
      thresholds: { queueOverload: 1, latencyOverloadMs: 1 },
      policy: { recoveryThreshold: 1 },
    },
  });
});

it.each([0, 1, 0.5])('takes a recovery threshold of %s as it is', (recovery_threshold) => {
  expect(read({ policy: { recovery_threshold } })).toMatchObject({
    notes: [],
    settings: { policy: { recoveryThreshold: recovery_threshold } },
  });
});

it.each([
  [7, 'settings must be a JSON object (got 7)'],
  [null, 'settings must be a JSON object (got null)'],
  [[], 'settings must be a JSON object (got a list)'],
  ['x'.repeat(1_000), `settings must be a JSON object (got "${'x'.repeat(64)}")`],
  [undefined, 'settings must be a JSON object (got a value of type undefined)'],
  [{ thresholds: 5 }, 'thresholds: must be a JSON object (got 5)'],
  [{ admission: [] }, 'admission: must be a JSON object (got a list)'],
  [
    { thresholds: { queue_overload: Number.NaN } },
    'thresholds.queue_overload: must be a number, at most 2147483647 (got NaN)',
  ],
  [
    { thresholds: { queue_overload: '10' } },
    'thresholds.queue_overload: must be a number, at most 2147483647 (got "10")',
  ],
  [
    { admission: { max_inflight: 2 ** 31 } },
    'admission.max_inflight: must be a number, at most 2147483647 (got 2147483648)',
  ],
  [{ admission: { permit_ttl_ms: 1.5 } }, 'admission.permit_ttl_ms: must be whole (got 1.5)'],
  [
    { admission: { mode: 'STRICT' } },
    'admission.mode: must be one of proportional, strict, shadow (got "STRICT")',
  ],
  [
    { admission: { retry_after_mode: 3 } },
    'admission.retry_after_mode: must be one of slots, fixed (got 3)',
  ],
  [
    { policy: { alert_on_active: 'yes' } },
    'policy.alert_on_active: must be true or false (got "yes")',
  ],
  [
    { policy: { alert_on_warning: null } },
    'policy.alert_on_warning: must be true or false (got null)',
  ],
  [
    { policy: { backoff_strategy: '' } },
    'policy.backoff_strategy: must be a text of 1 to 64 characters (got "")',
  ],
  [
    { policy: { backoff_strategy: 5 } },
    'policy.backoff_strategy: must be a text of 1 to 64 characters (got 5)',
  ],
  [
    { policy: { backoff_strategy: 'x'.repeat(65) } },
    `policy.backoff_strategy: must be a text of 1 to 64 characters (got "${'x'.repeat(64)}")`,
  ],
  [
    { policy: { recovery_threshold: Number.NaN } },
    'policy.recovery_threshold: must be a number from 0 to 1 (got NaN)',
  ],
  [
    { policy: { recovery_threshold: true } },
    'policy.recovery_threshold: must be a number from 0 to 1 (got a value of type boolean)',
  ],
  [{ treshold: {} }, 'treshold: unknown field (known: thresholds, policy, admission)'],
  [
    { thresholds: { queue: 1 } },
    'thresholds.queue: unknown field (known: queue_overload, latency_overload_ms, inflight_overload)',
  ],
  [
    { admission: { slo_ms: 'fast' } },
    'admission.slo_ms: must be a number, at most 2147483647 (got "fast")',
  ],
])('refuses a document and says why: %j', (document, problem) => {
  expect(problemsOf(document)).toEqual([problem]);
});

it('refuses unknown fields of every section', () => {
  const problems = problemsOf({ thresholds: { x: 1 }, policy: { x: 1 }, admission: { x: 1 } });

  expect(problems.map((problem) => problem.split(':')[0])).toEqual([
    'thresholds.x',
    'policy.x',
    'admission.x',
  ]);
});

it('tells everything that is wrong at once', () => {
  expect(
    problemsOf({ thresholds: { queue_overload: 'a', inflight_overload: {} }, x: 1 }),
  ).toHaveLength(3);
});

it.each([1, 2 ** 31 - 1])('takes %s as it is', (queue_overload) => {
  expect(read({ thresholds: { queue_overload } })).toMatchObject({
    notes: [],
    settings: { thresholds: { queueOverload: queue_overload } },
  });
});

it('takes a backoff strategy of 64 characters', () => {
  const backoff_strategy = 'x'.repeat(64);

  expect(read({ policy: { backoff_strategy } })).toMatchObject({
    settings: { policy: { backoffStrategy: backoff_strategy } },
  });
});

it('does not take fields of a prototype for fields', () => {
  const document: unknown = JSON.parse('{"__proto__": {"thresholds": {"queue_overload": 5}}}');

  expect(problemsOf(document)[0]).toContain('__proto__: unknown field');
  expect(read(Object.create({ thresholds: { queue_overload: 5 } }))).toMatchObject({
    settings: DEFAULT_SETTINGS,
  });
});

it('never throws, and what it accepts is in range', () => {
  const field = () =>
    fc.constantFrom('thresholds', 'policy', 'admission', 'queue_overload', 'slo_ms', 'mode', 'x');
  const section = () => fc.dictionary(field(), fc.oneof(fc.anything(), fc.double()));
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.dictionary(field(), section())), (document) => {
      const result = read(document);
      const values = result.ok ? Object.values(result.settings.thresholds) : [1];

      expect(values.every((value) => Number.isInteger(value) && value >= 1)).toBe(true);
      expect(result.ok || result.problems.length > 0).toBe(true);
    }),
  );
});
