import fc from 'fast-check';
import { nextStatus } from './status-rule.js';
import { SubjectMonitor, type SignalReading } from './subject-monitor.js';
import { DEFAULT_SETTINGS } from './subject-settings.js';
import type { OverloadStatus } from './overload-status.js';

const MEASURED = { source: 'measured', ageMs: 0 } as const;
const withConsumer = () => new SubjectMonitor({ hasConsumer: true });

const pendingOf = ({ signals, sources }: SignalReading) => [
  signals.pendingMessages,
  sources.pendingMessages,
];
const latencyOf = ({ signals, sources }: SignalReading) => [
  signals.latencyP95Ms,
  sources.latencyP95Ms,
];

it('knows nothing at first', () => {
  expect(withConsumer().read(0)).toEqual({
    signals: { pendingMessages: 0, latencyP95Ms: 0, inflightMessages: 0 },
    sources: {
      pendingMessages: 'unknown',
      latencyP95Ms: 'unknown',
      inflightMessages: 'measured',
    },
    ackPending: undefined,
  });
});

it('tells what waits in the consumer and before its own doors as one number', () => {
  const monitor = withConsumer();
  monitor.setConsumer({ ...MEASURED, pending: 40, ackPending: 7 }, 0);
  monitor.setWaiting(2);
  monitor.setInflight(5);

  expect(monitor.read(0)).toMatchObject({
    signals: { pendingMessages: 42, inflightMessages: 5 },
    sources: { pendingMessages: 'measured', inflightMessages: 'measured' },
    ackPending: 7,
  });
});

it('measures what waits itself where there is no consumer', () => {
  const monitor = new SubjectMonitor();
  monitor.setWaiting(3);

  expect(pendingOf(monitor.read(0))).toEqual([3, 'measured']);
});

it('does not believe the numbers of a consumer for longer than three seconds', () => {
  const monitor = withConsumer();
  monitor.setConsumer({ pending: 40, ackPending: 7, ageMs: 1_000, source: 'cache' }, 1_000);
  monitor.setWaiting(1);

  expect(pendingOf(monitor.read(3_000))).toEqual([41, 'cache']);
  expect(pendingOf(monitor.read(3_001))).toEqual([1, 'unknown']);
  expect(monitor.read(3_001).ackPending).toBeUndefined();
});

it('takes a consumer that is gone for unknown, not for empty', () => {
  const monitor = withConsumer();
  monitor.setConsumer({ ...MEASURED, pending: 40, ackPending: 7 }, 0);

  monitor.setConsumer({ unknown: 'not_found' }, 1);

  expect(pendingOf(monitor.read(1))).toEqual([0, 'unknown']);
});

it('does not believe a consumer from the future: the clock was set back', () => {
  const monitor = withConsumer();
  monitor.setConsumer({ ...MEASURED, pending: 40, ackPending: 7 }, 10_000);

  expect(pendingOf(monitor.read(9_999))).toEqual([0, 'unknown']);
});

it('takes the p95 of its samples by rank', () => {
  const monitor = new SubjectMonitor();
  for (let ms = 1; ms <= 100; ms += 1) monitor.recordLatency(ms + 0.5, 0);

  expect(latencyOf(monitor.read(0))).toEqual([95, 'measured']);
});

it('asks Prometheus where there are no samples', () => {
  const monitor = new SubjectMonitor();
  monitor.setPrometheusP95(123.9, 0);

  expect(latencyOf(monitor.read(10_000))).toEqual([123, 'prometheus']);
  expect(latencyOf(monitor.read(10_001))).toEqual([0, 'unknown']);
});

it('prefers its samples to Prometheus, and Prometheus to what it knew last', () => {
  const monitor = new SubjectMonitor({ maxAgeMs: 1_000 });
  monitor.recordLatency(50, 0);
  monitor.setPrometheusP95(123, 0);

  expect(latencyOf(monitor.read(1_000))).toEqual([50, 'measured']);
  expect(latencyOf(monitor.read(1_001))).toEqual([123, 'prometheus']);
});

it('goes by what it knew last for ten seconds, then by nothing', () => {
  const monitor = new SubjectMonitor({ maxAgeMs: 1_000 });
  monitor.recordLatency(50, 0);
  monitor.read(1_000);

  expect(latencyOf(monitor.read(1_001))).toEqual([50, 'cache']);
  expect(latencyOf(monitor.read(11_000))).toEqual([50, 'cache']);
  expect(latencyOf(monitor.read(11_001))).toEqual([0, 'unknown']);
});

it('does not make what it knew last younger by telling it', () => {
  const monitor = new SubjectMonitor({ maxAgeMs: 1_000, cacheMaxAgeMs: 2_000 });
  monitor.recordLatency(50, 0);
  for (let nowMs = 0; nowMs <= 3_000; nowMs += 100) monitor.read(nowMs);

  expect(latencyOf(monitor.read(3_001))).toEqual([0, 'unknown']);
});

it.each([Number.NaN, -1, Infinity])('leaves a p95 of %s from Prometheus out', (latencyMs) => {
  const monitor = new SubjectMonitor();

  monitor.setPrometheusP95(latencyMs, 0);

  expect(latencyOf(monitor.read(0))).toEqual([0, 'unknown']);
});

it('takes a p95 of 0 from Prometheus', () => {
  const monitor = new SubjectMonitor();

  monitor.setPrometheusP95(0, 0);

  expect(latencyOf(monitor.read(0))).toEqual([0, 'prometheus']);
});

it('counts nonsense as nothing', () => {
  const monitor = withConsumer();
  monitor.setConsumer({ ...MEASURED, pending: -5, ackPending: Number.NaN }, 0);
  monitor.setWaiting(Infinity);
  monitor.setInflight(2.9);

  expect(monitor.read(0)).toMatchObject({
    signals: { pendingMessages: 0, inflightMessages: 2 },
    ackPending: 0,
  });
});

it('puts the signals of all replicas in the place of its own', () => {
  const monitor = withConsumer();
  monitor.recordLatency(5, 0);
  monitor.setInflight(9);
  const shared: SignalReading = {
    signals: { pendingMessages: 100, latencyP95Ms: 200, inflightMessages: 300 },
    sources: { pendingMessages: 'unknown', latencyP95Ms: 'measured', inflightMessages: 'measured' },
    ackPending: 12,
  };

  expect(monitor.read(0, shared)).toEqual(shared);
});

it('looks further for a latency that no replica has measured', () => {
  const monitor = withConsumer();
  const shared = (latencyP95Ms: number, source: 'measured' | 'unknown'): SignalReading => ({
    signals: { pendingMessages: 0, latencyP95Ms, inflightMessages: 0 },
    sources: { pendingMessages: 'measured', latencyP95Ms: source, inflightMessages: 'measured' },
    ackPending: undefined,
  });
  monitor.read(0, shared(77, 'measured'));

  expect(latencyOf(monitor.read(1, shared(0, 'unknown')))).toEqual([77, 'cache']);
  monitor.setPrometheusP95(88, 1);
  expect(latencyOf(monitor.read(1, shared(0, 'unknown')))).toEqual([88, 'prometheus']);
});

it('knows that nothing waits in a consumer that there is not, whatever the others can tell', () => {
  const shared: SignalReading = {
    signals: { pendingMessages: 4, latencyP95Ms: 0, inflightMessages: 0 },
    sources: { pendingMessages: 'unknown', latencyP95Ms: 'unknown', inflightMessages: 'measured' },
    ackPending: undefined,
  };

  expect(pendingOf(new SubjectMonitor().read(0, shared))).toEqual([4, 'measured']);
});

it('shows what it is told to show, until it is told to stop', () => {
  const monitor = withConsumer();
  monitor.setInflight(3);
  monitor.override({ pendingMessages: 1500, latencyP95Ms: 6000.7 });

  expect(monitor.read(0)).toEqual({
    signals: { pendingMessages: 1500, latencyP95Ms: 6000, inflightMessages: 3 },
    sources: {
      pendingMessages: 'measured',
      latencyP95Ms: 'measured',
      inflightMessages: 'measured',
    },
    ackPending: undefined,
  });
  monitor.override(undefined);
  expect(monitor.read(0).signals.pendingMessages).toBe(0);
  expect(monitor.read(0).sources.pendingMessages).toBe('unknown');
});

it('tells the latencies of the last ten seconds', () => {
  const monitor = new SubjectMonitor();
  monitor.recordLatency(1, 0);

  expect(monitor.latencies(9_000)).toEqual([80, 1]);
  expect(monitor.latencies(10_000)).toEqual([]);
});

it('refuses a window of no samples', () => {
  expect(() => new SubjectMonitor({ windowSize: 0 })).toThrow(RangeError);
});

it('a subject that serves nothing any more leaves active within twenty seconds and a bit', () => {
  const history = fc.array(fc.tuple(fc.nat(2_000), fc.integer({ min: 0, max: 100_000 })), {
    minLength: 1,
    maxLength: 50,
  });
  fc.assert(
    fc.property(history, fc.nat(5_000), (latencies, inflight) => {
      const monitor = withConsumer();
      let status = 'active' as OverloadStatus;
      let nowMs = 0;
      const evaluate = () => {
        const { signals } = monitor.read(nowMs);
        const { thresholds, policy } = DEFAULT_SETTINGS;
        status = nextStatus(status, signals, thresholds, policy.recoveryThreshold).status;
      };
      for (const [afterMs, latencyMs] of latencies) {
        nowMs += afterMs;
        monitor.setConsumer({ ...MEASURED, pending: 5_000, ackPending: 0 }, nowMs);
        monitor.setInflight(inflight);
        monitor.recordLatency(latencyMs, nowMs);
        evaluate();
      }
      // Everything is refused from here on, what was in hand ends, and the consumer is not heard of again.
      monitor.setInflight(0);
      const silentSinceMs = nowMs;
      while (status !== 'inactive' && nowMs < silentSinceMs + 60_000) {
        nowMs += 200;
        evaluate();
      }

      expect(nowMs - silentSinceMs).toBeLessThanOrEqual(20_400);
    }),
  );
});

it('shows whole numbers from 0 up, whatever it is told and however the clock jumps', () => {
  const aNumber = () => fc.oneof(fc.double(), fc.integer(), fc.constantFrom(Number.NaN, Infinity));
  const steps = fc.array(
    fc.record({ nowMs: fc.integer({ min: -1e6, max: 1e6 }), value: aNumber(), kind: fc.nat(5) }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(steps, (history) => {
      const monitor = withConsumer();
      for (const { nowMs, value, kind } of history) {
        const consumer = {
          pending: value,
          ackPending: value,
          ageMs: value,
          source: 'measured',
        } as const;
        [
          () => monitor.recordLatency(value, nowMs),
          () => monitor.setConsumer(consumer, nowMs),
          () => monitor.setInflight(value),
          () => monitor.setWaiting(value),
          () => monitor.setPrometheusP95(value, nowMs),
          () => monitor.override({ latencyP95Ms: value }),
        ][kind]?.();
        const values = Object.values(monitor.read(nowMs).signals);

        expect(values.every((shown) => Number.isInteger(shown) && shown >= 0)).toBe(true);
      }
    }),
  );
});
