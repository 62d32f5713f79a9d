import type { AdmissionView } from './admission-types.js';
import { refusalOfOutwaited } from './outwaited.js';

const aView = (view: Partial<AdmissionView>): AdmissionView =>
  ({ mode: 'proportional', effectiveStatus: 'warning', ...view }) as AdmissionView;

it.each`
  deadlineLeftMs | waitedMs | isServed | because
  ${undefined}   | ${1e9}   | ${true}  | ${'its caller waits for as long as it takes'}
  ${100}         | ${99}    | ${true}  | ${'its caller still waits'}
  ${100}         | ${100}   | ${false} | ${'its caller has just gone'}
  ${0}           | ${0}     | ${false} | ${'its caller had gone before'}
`('serves after $waitedMs of $deadlineLeftMs ms: $isServed, $because', (given) => {
  const { deadlineLeftMs, waitedMs, isServed } = given;
  const request = { criticality: 'default', deadlineLeftMs } as const;

  expect(refusalOfOutwaited(request, waitedMs, aView({})) === undefined).toBe(isServed);
});

it('tells how long the queue was, and to come again after it', () => {
  const request = { criticality: 'critical', deadlineLeftMs: 10 } as const;

  expect(refusalOfOutwaited(request, 40, aView({}))).toEqual({
    reason: 'predicted_wait',
    criticality: 'critical',
    predictedWaitMs: 40,
    retryAfterMs: 40,
    retryable: true,
    effectiveStatus: 'warning',
  });
});

it('knows of no overload where nobody tells of the load', () => {
  const request = { criticality: 'default', deadlineLeftMs: 10 } as const;

  expect(refusalOfOutwaited(request, 40, undefined)?.effectiveStatus).toBe('inactive');
});

it('refuses nothing in shadow mode', () => {
  const request = { criticality: 'default', deadlineLeftMs: 10 } as const;

  expect(refusalOfOutwaited(request, 40, aView({ mode: 'shadow' }))).toBeUndefined();
});
