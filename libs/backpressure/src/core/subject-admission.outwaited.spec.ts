import { AdmissionBench } from '@beamline/testing';

const IMPATIENT = { criticality: 'default', deadlineLeftMs: 100 } as const;

it.each`
  deadlineLeftMs | waitedMs | isServed | because
  ${undefined}   | ${1e9}   | ${true}  | ${'its caller waits for as long as it takes'}
  ${100}         | ${99}    | ${true}  | ${'its caller still waits'}
  ${100}         | ${100}   | ${false} | ${'its caller has just gone'}
`('serves after $waitedMs of $deadlineLeftMs ms: $isServed, $because', (given) => {
  const { deadlineLeftMs, waitedMs, isServed } = given;
  const { admission } = new AdmissionBench();

  const refusal = admission.outwaited({ criticality: 'default', deadlineLeftMs }, waitedMs);

  expect(refusal === undefined).toBe(isServed);
});

it('tells the wait, and when to come back as every refusal does', () => {
  const { admission } = new AdmissionBench();

  expect(admission.outwaited(IMPATIENT, 140)).toMatchObject({
    reason: 'predicted_wait',
    criticality: 'default',
    predictedWaitMs: 140,
    // Nothing is known of the capacity yet, so that it is the constant of the policy.
    retryAfterMs: 30_000,
    retryable: true,
  });
});

it('counts what was let in as refused too', () => {
  const bench = new AdmissionBench();
  bench.ask(IMPATIENT);
  bench.admission.outwaited(IMPATIENT, 140);
  bench.clock.advance(400);

  expect(bench.admission.takeCounts()).toMatchObject({
    admitted: { default: 1 },
    refused: [{ criticality: 'default', reason: 'predicted_wait', count: 1 }],
  });
  expect(bench.admission.recentLoad()).toEqual({ offered: 1, refused: 1 });
  expect(bench.admission.credit().isRefusing).toBe(true);
});

it('looks at no deadline in strict mode', () => {
  const { admission } = new AdmissionBench({ mode: 'strict' });

  expect(admission.outwaited(IMPATIENT, 140)).toBeUndefined();
  expect(admission.takeCounts().refused).toEqual([]);
});

it('refuses nothing in shadow mode, and counts it', () => {
  const { admission } = new AdmissionBench({ mode: 'shadow' });

  expect(admission.outwaited(IMPATIENT, 140)).toBeUndefined();
  expect(admission.takeCounts().refused).toHaveLength(1);
  expect(admission.credit().isRefusing).toBe(false);
});
