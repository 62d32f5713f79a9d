import fc from 'fast-check';
import { AlertState } from './alert-state.js';
import type { OverloadAlert } from './overload.events.js';
import { OVERLOAD_STATUSES, type OverloadStatus } from './overload-status.js';

const SIGNALS = { pendingMessages: 1500, latencyP95Ms: 6000, inflightMessages: 3 };
const BOTH = { alertOnActive: true, alertOnWarning: true };
const ACTIVE_ONLY = { alertOnActive: true, alertOnWarning: false };
const NONE = { alertOnActive: false, alertOnWarning: false };

const to = (status: OverloadStatus) => ({ subject: 's', to: status, signals: SIGNALS, atMs: 42 });
const told = (alerts: readonly OverloadAlert[]): string[] =>
  alerts.map(({ alertName, severity, state }) => `${alertName} ${severity} ${state}`);

it('raises an alert once on entry and resolves it once', () => {
  const alerts = new AlertState();

  expect(alerts.on(to('active'), ACTIVE_ONLY)).toEqual([
    {
      alertName: 'RouterBackpressureActive',
      severity: 'warning',
      state: 'raised',
      subject: 's',
      message: 'backpressure of s is active',
      signals: SIGNALS,
      atMs: 42,
    },
  ]);
  expect(alerts.on(to('active'), ACTIVE_ONLY)).toEqual([]);
  expect(alerts.on(to('inactive'), ACTIVE_ONLY)).toEqual([
    {
      alertName: 'RouterBackpressureActive',
      severity: 'warning',
      state: 'resolved',
      subject: 's',
      message: 'backpressure of s is no longer active, it is inactive',
      signals: SIGNALS,
      atMs: 42,
    },
  ]);
  expect(alerts.on(to('inactive'), ACTIVE_ONLY)).toEqual([]);
});

it('ends one alert before it begins another', () => {
  const alerts = new AlertState();
  alerts.on(to('warning'), BOTH);

  expect(told(alerts.on(to('active'), BOTH))).toEqual([
    'RouterBackpressureWarning info resolved',
    'RouterBackpressureActive warning raised',
  ]);
  expect(told(alerts.on(to('warning'), BOTH))).toEqual([
    'RouterBackpressureActive warning resolved',
    'RouterBackpressureWarning info raised',
  ]);
});

it('says nothing where the policy wants nothing', () => {
  const alerts = new AlertState();

  expect(alerts.on(to('active'), NONE)).toEqual([]);
  expect(alerts.on(to('warning'), ACTIVE_ONLY)).toEqual([]);
  expect(alerts.on(to('inactive'), ACTIVE_ONLY)).toEqual([]);
});

it('resolves what it has raised when the policy wants no more alerts', () => {
  const alerts = new AlertState();
  alerts.on(to('active'), BOTH);

  expect(alerts.on(to('active'), NONE)).toEqual([]);
  expect(told(alerts.on(to('inactive'), NONE))).toEqual([
    'RouterBackpressureActive warning resolved',
  ]);
});

it('takes over what another replica has raised, and resolves it', () => {
  const alerts = new AlertState();
  alerts.follow('active', BOTH);

  expect(alerts.on(to('active'), BOTH)).toEqual([]);
  expect(told(alerts.on(to('inactive'), BOTH))).toEqual([
    'RouterBackpressureActive warning resolved',
  ]);
});

it('takes over that another replica has resolved', () => {
  const alerts = new AlertState();
  alerts.on(to('active'), BOTH);
  alerts.follow('inactive', BOTH);

  expect(told(alerts.on(to('active'), BOTH))).toEqual(['RouterBackpressureActive warning raised']);
});

it('never raises twice what it has not resolved, never resolves what it has not raised, and ends silent', () => {
  const steps = fc.array(
    fc.tuple(fc.constantFrom<OverloadStatus>(...OVERLOAD_STATUSES), fc.boolean(), fc.boolean()),
  );
  fc.assert(
    fc.property(steps, (history) => {
      const alerts = new AlertState();
      const standing = new Set<string>();
      const all = [...history, ['inactive', true, true] as const].flatMap(
        ([status, alertOnActive, alertOnWarning]) =>
          alerts.on(to(status), { alertOnActive, alertOnWarning }),
      );
      for (const { alertName, state } of all) {
        expect(standing.has(alertName)).toBe(state === 'resolved');
        if (state === 'raised') standing.add(alertName);
        else standing.delete(alertName);
      }

      expect([...standing]).toEqual([]);
    }),
  );
});
