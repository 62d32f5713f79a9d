import type { LoadSignals } from './load-signals.js';
import type { OverloadStatus } from './overload-status.js';
import { isHeld, nextStatus } from './status-rule.js';
import { DEFAULT_SETTINGS } from './subject-settings.js';

const { thresholds } = DEFAULT_SETTINGS;

const signals = (
  pendingMessages: number,
  latencyP95Ms: number,
  inflightMessages: number,
): LoadSignals => ({ pendingMessages, latencyP95Ms, inflightMessages });

const judge = (previous: OverloadStatus, load: LoadSignals, recoveryThreshold = 0.5) =>
  nextStatus(previous, load, thresholds, recoveryThreshold).status;

it.each`
  pending | p95     | inflight | status        | because
  ${50}   | ${6000} | ${0}     | ${'warning'}  | ${'latency alone warns'}
  ${50}   | ${100}  | ${600}   | ${'warning'}  | ${'in-flight alone warns'}
  ${1001} | ${0}    | ${0}     | ${'warning'}  | ${'pending alone warns'}
  ${1500} | ${6000} | ${600}   | ${'active'}   | ${'all three are active'}
  ${1500} | ${6000} | ${0}     | ${'active'}   | ${'pending and latency are active'}
  ${1500} | ${0}    | ${501}   | ${'active'}   | ${'pending and in-flight are active'}
  ${0}    | ${5001} | ${501}   | ${'active'}   | ${'latency and in-flight are active'}
  ${0}    | ${50}   | ${2}     | ${'inactive'} | ${'nothing is above its threshold'}
  ${1000} | ${5000} | ${500}   | ${'inactive'} | ${'at the threshold is not above it'}
`('$because: $pending, $p95 ms, $inflight → $status', ({ pending, p95, inflight, status }) => {
  expect(judge('inactive', signals(pending, p95, inflight))).toBe(status);
  expect(judge('warning', signals(pending, p95, inflight))).toBe(status);
});

it('names every signal above its threshold, with value and threshold', () => {
  const { causes } = nextStatus('inactive', signals(1500, 100, 600), thresholds, 0.5);

  expect(causes).toEqual([
    { signal: 'pendingMessages', value: 1500, threshold: 1000 },
    { signal: 'inflightMessages', value: 600, threshold: 500 },
  ]);
});

it.each`
  pending | p95     | inflight | factor  | status        | because
  ${501}  | ${0}    | ${0}     | ${0.5}  | ${'active'}   | ${'pending is above half its threshold'}
  ${0}    | ${2501} | ${0}     | ${0.5}  | ${'active'}   | ${'latency is above half its threshold'}
  ${0}    | ${0}    | ${251}   | ${0.5}  | ${'active'}   | ${'in-flight is above half its threshold'}
  ${500}  | ${2500} | ${250}   | ${0.5}  | ${'inactive'} | ${'all are at half their thresholds'}
  ${1}    | ${0}    | ${0}     | ${0}    | ${'active'}   | ${'a factor of 0 waits for silence'}
  ${0}    | ${0}    | ${0}     | ${0}    | ${'inactive'} | ${'silence ends it'}
  ${1000} | ${5000} | ${500}   | ${1}    | ${'inactive'} | ${'a factor of 1 is the plain rule'}
  ${1001} | ${5000} | ${500}   | ${1}    | ${'warning'}  | ${'the plain rule goes to warning'}
  ${990}  | ${0}    | ${0}     | ${0.99} | ${'inactive'} | ${'any factor below 1 is hysteresis'}
  ${1001} | ${0}    | ${0}     | ${0.99} | ${'active'}   | ${'hysteresis knows no way to warning'}
`(
  'active and $because: $pending, $p95 ms, $inflight → $status',
  ({ pending, p95, inflight, factor, status }) => {
    expect(judge('active', signals(pending, p95, inflight), factor)).toBe(status);
  },
);

it('has no cause while only hysteresis holds it', () => {
  expect(nextStatus('active', signals(900, 0, 0), thresholds, 0.5)).toEqual({
    status: 'active',
    causes: [],
  });
});

it.each`
  previous      | pending | p95     | held     | because
  ${'active'}   | ${900}  | ${0}    | ${true}  | ${'no signal is above its threshold'}
  ${'active'}   | ${1500} | ${0}    | ${true}  | ${'one signal alone would only warn'}
  ${'active'}   | ${1500} | ${6000} | ${false} | ${'two signals say so'}
  ${'inactive'} | ${1500} | ${6000} | ${false} | ${'two signals say so'}
  ${'inactive'} | ${1500} | ${0}    | ${false} | ${'it is not active'}
`('$previous before, held is $held: $because', ({ previous, pending, p95, held }) => {
  const verdict = nextStatus(previous, signals(pending, p95, 0), thresholds, 0.5);

  expect(isHeld(verdict)).toBe(held);
});

it('takes a signal that is no number for one that is not above anything', () => {
  const nonsense = signals(Number.NaN, Number.NaN, Number.NaN);

  expect(judge('inactive', nonsense)).toBe('inactive');
  expect(judge('active', nonsense)).toBe('inactive');
});
