import { readReport } from './read-report.js';
import { aReport, aSubjectReport } from './report.fixtures.js';

const FULL = aReport({
  replica: 'host-1.example:42_x',
  epoch: 5,
  seq: 6,
  atMs: 7.5,
  subjects: [
    aSubjectReport({
      subject: 'a',
      inflight: 1,
      waiting: 2,
      latencies: [0, 1, 240, 5],
      deliveredPerSecond: 3.5,
      serviceMs: 4.5,
      queueMs: 5.5,
      predictedWaitMs: 6.5,
      offered: 8,
      refused: 7,
      effectiveStatus: 'warning',
      consumer: { pending: 9, ackPending: 10, atMs: 11 },
      status: 'active',
      statusSinceMs: 12,
    }),
    aSubjectReport({ subject: 'b' }),
  ],
});

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const problemOf = (value: unknown): string | undefined => {
  const result = readReport(value);
  return result.ok ? undefined : result.problem;
};
const withSubject = (fields: Record<string, unknown>) => ({
  ...aReport(),
  subjects: [{ ...aSubjectReport(), ...fields }],
});

it('reads what a replica writes', () => {
  expect(readReport(json(FULL))).toEqual({ ok: true, report: FULL });
});

it('reads a report without subjects', () => {
  expect(readReport(aReport({ subjects: [] }))).toMatchObject({ ok: true });
});

it('reads a replica that does not tell what it takes yet: it takes what it delivers', () => {
  const { takesPerSecond, isRefusing, ...older } = aSubjectReport({ deliveredPerSecond: 40 });
  expect([takesPerSecond, isRefusing]).toEqual([0, false]);

  expect(readReport({ ...aReport(), subjects: [older] })).toMatchObject({
    report: { subjects: [{ takesPerSecond: 40, isRefusing: false }] },
  });
});

it('reads whether hysteresis alone holds a status, where that is told', () => {
  expect(readReport(withSubject({ isHeld: true }))).toMatchObject({
    report: { subjects: [{ isHeld: true }] },
  });
  expect(readReport(aReport())).toEqual({ ok: true, report: aReport() });
  expect(problemOf(withSubject({ isHeld: 1 }))).toMatch(/isHeld must be true or false/);
});

it('keeps nothing that it did not ask for', () => {
  const report = withSubject({ extra: 'x'.repeat(1_000) });

  expect(readReport({ ...report, more: 1 })).toEqual({ ok: true, report: aReport() });
});

it.each([
  ['nothing', undefined, 'report must be an object (got a value of type undefined)'],
  ['a list', [], 'report must be an object (got a list)'],
  ['null', null, 'report must be an object (got null)'],
  ['another version', { ...FULL, version: 2 }, 'version must be 1 (got 2)'],
  [
    'no replica',
    { ...FULL, replica: '' },
    'replica must be 1 to 128 letters, digits, "_", ".", ":" or "-" (got "")',
  ],
  [
    'a replica that is no text',
    { ...FULL, replica: 5 },
    'replica must be 1 to 128 letters, digits, "_", ".", ":" or "-" (got 5)',
  ],
  [
    'a replica that forges log lines',
    { ...FULL, replica: 'a\nb' },
    String.raw`replica must be 1 to 128 letters, digits, "_", ".", ":" or "-" (got "a\nb")`,
  ],
  [
    'a replica of 129 letters',
    { ...FULL, replica: 'a'.repeat(129) },
    `replica must be 1 to 128 letters, digits, "_", ".", ":" or "-" (got "${'a'.repeat(64)}")`,
  ],
  [
    'a negative epoch',
    { ...FULL, epoch: -1 },
    'epoch must be a number from 0 to 2^53 - 1 (got -1)',
  ],
  ['a seq that is not whole', { ...FULL, seq: 1.5 }, 'seq must be whole (got 1.5)'],
  ['a text as seq', { ...FULL, seq: '1' }, 'seq must be a number from 0 to 2^53 - 1 (got "1")'],
  [
    'a time that is no number',
    { ...FULL, atMs: Number.NaN },
    'atMs must be a number from 0 to 2^53 - 1 (got NaN)',
  ],
  [
    'no subjects',
    { ...FULL, subjects: {} },
    'subjects must be a list (got a value of type object)',
  ],
  [
    'too many subjects',
    { ...FULL, subjects: Array.from({ length: 1_001 }, () => null) },
    'subjects must have at most 1000 elements (got 1001)',
  ],
  ['a subject that is none', { ...FULL, subjects: [7] }, 'subjects[0] must be an object (got 7)'],
  [
    'a subject twice',
    { ...FULL, subjects: [aSubjectReport(), aSubjectReport()] },
    'subjects[1].subject must not come twice (got "s")',
  ],
  [
    'a subject without a name',
    withSubject({ subject: '' }),
    'subjects[0].subject must have 1 to 1023 bytes (got "")',
  ],
  [
    'a negative count',
    withSubject({ inflight: -1 }),
    'subjects[0].inflight must be a number from 0 to 2^53 - 1 (got -1)',
  ],
  ['half a request', withSubject({ waiting: 0.5 }), 'subjects[0].waiting must be whole (got 0.5)'],
  [
    'more than can be counted',
    withSubject({ offered: 2 ** 53 }),
    'subjects[0].offered must be a number from 0 to 2^53 - 1 (got 9007199254740992)',
  ],
  [
    'a refused count that is not whole',
    withSubject({ refused: 1.5 }),
    'subjects[0].refused must be whole (got 1.5)',
  ],
  [
    'an endless rate',
    withSubject({ deliveredPerSecond: Infinity }),
    'subjects[0].deliveredPerSecond must be a number from 0 to 2^53 - 1 (got Infinity)',
  ],
  [
    'no service time',
    withSubject({ serviceMs: null }),
    'subjects[0].serviceMs must be a number from 0 to 2^53 - 1 (got null)',
  ],
  [
    'no queue time',
    withSubject({ queueMs: [] }),
    'subjects[0].queueMs must be a number from 0 to 2^53 - 1 (got a list)',
  ],
  [
    'no wait',
    withSubject({ predictedWaitMs: 'x' }),
    'subjects[0].predictedWaitMs must be a number from 0 to 2^53 - 1 (got "x")',
  ],
  [
    'a status that there is not',
    withSubject({ status: 'fine' }),
    'subjects[0].status must be one of inactive, warning, active (got "fine")',
  ],
  [
    'an effective status that there is not',
    withSubject({ effectiveStatus: 1 }),
    'subjects[0].effectiveStatus must be one of inactive, warning, active (got 1)',
  ],
  [
    'no time of the status',
    withSubject({ statusSinceMs: -1 }),
    'subjects[0].statusSinceMs must be a number from 0 to 2^53 - 1 (got -1)',
  ],
  [
    'a consumer that is none',
    withSubject({ consumer: null }),
    'subjects[0].consumer must be an object (got null)',
  ],
  [
    'a consumer without pending messages',
    withSubject({ consumer: { ackPending: 1, atMs: 1 } }),
    'subjects[0].consumer.pending must be a number from 0 to 2^53 - 1 (got a value of type undefined)',
  ],
  [
    'a consumer with half a message',
    withSubject({ consumer: { pending: 1, ackPending: 0.5, atMs: 1 } }),
    'subjects[0].consumer.ackPending must be whole (got 0.5)',
  ],
  [
    'a consumer of no time',
    withSubject({ consumer: { pending: 1, ackPending: 1, atMs: 'now' } }),
    'subjects[0].consumer.atMs must be a number from 0 to 2^53 - 1 (got "now")',
  ],
  [
    'no latencies',
    withSubject({ latencies: {} }),
    'subjects[0].latencies must be a list (got a value of type object)',
  ],
  [
    'half a pair',
    withSubject({ latencies: [1, 2, 3] }),
    'subjects[0].latencies must be pairs of bucket and count (got 3)',
  ],
  [
    'a bucket twice',
    withSubject({ latencies: [1, 2, 1, 2] }),
    'subjects[0].latencies[2] must be above the bucket before it and below 241 (got 1)',
  ],
  [
    'a bucket that there is not',
    withSubject({ latencies: [241, 2] }),
    'subjects[0].latencies[0] must be above the bucket before it and below 241 (got 241)',
  ],
  [
    'half a sample',
    withSubject({ latencies: [1, 0.5] }),
    'subjects[0].latencies[1] must be whole (got 0.5)',
  ],
  [
    'more pairs than buckets',
    withSubject({ latencies: Array.from({ length: 484 }, () => 1) }),
    'subjects[0].latencies must have at most 482 elements (got 484)',
  ],
])('refuses %s', (_, value, problem) => {
  expect(problemOf(value)).toBe(problem);
});

it('tells the first problem, and reads no further', () => {
  const broken = Array.from({ length: 1_000 }, () => ({}));

  expect(problemOf({ ...FULL, subjects: broken })).toBe(
    'subjects[0].subject must have 1 to 1023 bytes (got a value of type undefined)',
  );
});

it('reads a thousand subjects, and every bucket', () => {
  const latencies = Array.from({ length: 482 }, (_, index) => Math.floor(index / 2));
  const subjects = Array.from({ length: 1_000 }, (_, index) =>
    aSubjectReport({ subject: `s${index}`, latencies }),
  );

  expect(readReport(aReport({ subjects }))).toMatchObject({ ok: true });
});

it('takes an id of 128 letters', () => {
  expect(readReport(aReport({ replica: 'a'.repeat(128) }))).toMatchObject({ ok: true });
});
