import fc from 'fast-check';
import { readNotification, readStatusReply } from './read-load.js';

/** A notification as the contract has it, without anything added. */
const PLAIN = {
  type: 'backpressure_status',
  status: 'active',
  subject: 'beamline.router.v1.decide',
  metrics: { pending_messages: 1, latency_p95_ms: 2, inflight_messages: 3 },
  timestamp: 1_700_000_000_000,
  retry_after_seconds: 30,
};
const FULL = {
  ...PLAIN,
  effective_status: 'warning',
  epoch: 7,
  seq: 3,
  ttl_ms: 2500,
  credit: 120.5,
};
const STATUS = {
  subject: 'beamline.router.v1.decide',
  status: 'active',
  policy: { retry_after_seconds: 30, max_retry_attempts: 3 },
  timestamp: 5,
};

it('reads everything that a notification tells', () => {
  expect(readNotification(FULL)).toEqual({
    ok: true,
    load: {
      subject: PLAIN.subject,
      status: 'active',
      effectiveStatus: 'warning',
      retryAfterMs: 30_000,
      credit: 120.5,
      epoch: 7,
      seq: 3,
      ttlMs: 2500,
      atMs: PLAIN.timestamp,
    },
  });
});

it('reads a notification that knows the contract only', () => {
  expect(readNotification(PLAIN)).toEqual({
    ok: true,
    load: {
      subject: PLAIN.subject,
      status: 'active',
      effectiveStatus: 'active',
      retryAfterMs: 30_000,
      credit: undefined,
      ttlMs: 3000,
      atMs: PLAIN.timestamp,
    },
  });
});

it.each<[string, unknown, string]>([
  ['null', null, 'notification must be an object (got null)'],
  ['another type', { ...FULL, type: 'alert' }, 'type must be "backpressure_status" (got "alert")'],
  ['no subject', { ...FULL, subject: '' }, 'subject must be a string of 1 to 1023 characters'],
  ['a number for a status', { ...FULL, status: 7 }, 'status must be active, warning, inactive or'],
  ['an unheard status', { ...FULL, effective_status: 'x' }, 'effective_status must be active'],
  ['a negative credit', { ...FULL, credit: -1 }, 'credit must be null or a number of at least 0'],
  ['credit as a text', { ...FULL, credit: '7' }, 'credit must be null or a number of at least 0'],
  ['an epoch alone', { ...FULL, seq: undefined }, 'seq must be a whole number; epoch and seq come'],
  ['half an epoch', { ...FULL, epoch: 0.5 }, 'epoch must be a whole number; epoch and seq come'],
  ['no time to believe it', { ...FULL, ttl_ms: 0 }, 'ttl_ms must be a whole number above 0'],
])('does not read %s', (...[, value, problem]) => {
  expect(readNotification(value)).toEqual({
    ok: false,
    problem: expect.stringContaining(problem),
  });
});

it('asks nobody to wait for longer than a day', () => {
  const read = readNotification({ ...FULL, retry_after_seconds: 1e9 });

  expect(read).toMatchObject({ ok: true, load: { retryAfterMs: 86_400_000 } });
});

it('reads the answer to a status query, and asks for a wait only while the status is active', () => {
  const active = readStatusReply({ success: true, data: { ...STATUS, credit: null } }, 6500);
  const calm = readStatusReply({ success: true, data: { ...STATUS, status: 'inactive' } }, 6500);

  expect(active).toMatchObject({
    ok: true,
    load: { status: 'active', retryAfterMs: 30_000, credit: null, ttlMs: 6500 },
  });
  expect(calm).toMatchObject({ ok: true, load: { status: 'inactive', retryAfterMs: 0 } });
});

it('reads an unknown status as what it is', () => {
  const data = { subject: 'a', status: 'unknown', error: 'invalid_subject', timestamp: 1 };

  expect(readStatusReply({ success: true, data }, 6500)).toMatchObject({
    ok: true,
    load: { status: 'unknown', effectiveStatus: 'unknown' },
  });
});

it.each<[string, unknown, string]>([
  ['a text', 'no', 'reply must be an object (got "no")'],
  ['an error', { success: false, error: 'no' }, 'success must be true (got false)'],
  ['success without data', { success: true }, 'data must be an object'],
  ['no status', { success: true, data: { subject: 'a' } }, 'status must be active, warning'],
])('does not take for a status: %s', (...[, value, problem]) => {
  expect(readStatusReply(value, 6500)).toEqual({
    ok: false,
    problem: expect.stringContaining(problem),
  });
});

it('reads any value without failing, and what it reads keeps the bounds', () => {
  fc.assert(
    fc.property(fc.anything(), fc.anything(), (value, ttl_ms) => {
      const reads = [
        readNotification(value),
        readNotification({ ...FULL, ttl_ms, credit: value }),
        readStatusReply({ success: true, data: { ...STATUS, credit: value } }, 6500),
      ];
      for (const read of reads) {
        if (!read.ok) continue;
        expect(read.load.ttlMs).toBeGreaterThan(0);
        expect(read.load.credit ?? 0).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});
