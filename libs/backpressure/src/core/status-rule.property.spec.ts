import fc from 'fast-check';
import type { LoadSignals } from './load-signals.js';
import { OVERLOAD_STATUSES, type OverloadStatus } from './overload-status.js';
import { nextStatus } from './status-rule.js';
import type { Thresholds } from './subject-settings.js';

const aThreshold = () => fc.integer({ min: 1, max: 10_000 });
const aLoad = () =>
  fc.record({ pendingMessages: aSignal(), latencyP95Ms: aSignal(), inflightMessages: aSignal() });
const aSignal = () => fc.integer({ min: 0, max: 20_000 });
const thresholdSet = () =>
  fc.record({
    queueOverload: aThreshold(),
    latencyOverloadMs: aThreshold(),
    inflightOverload: aThreshold(),
  });
const aFactor = () => fc.double({ min: 0, max: 1, noNaN: true });
const aStatus = () => fc.constantFrom<OverloadStatus>(...OVERLOAD_STATUSES);

/** Each signal with its own threshold. */
function pairs(load: LoadSignals, thresholds: Thresholds): readonly [number, number][] {
  return [
    [load.pendingMessages, thresholds.queueOverload],
    [load.latencyP95Ms, thresholds.latencyOverloadMs],
    [load.inflightMessages, thresholds.inflightOverload],
  ];
}

/** The contract's table, without hysteresis. */
function plainRule(load: LoadSignals, thresholds: Thresholds): OverloadStatus {
  const overloaded = pairs(load, thresholds).filter(([value, limit]) => value > limit).length;
  return (['inactive', 'warning', 'active', 'active'] as const)[overloaded] ?? 'active';
}

it('is the plain two-of-three rule wherever it was not active, and everywhere with a factor of 1', () => {
  fc.assert(
    fc.property(aLoad(), thresholdSet(), aFactor(), aStatus(), (load, thresholds, factor, from) => {
      const wanted = plainRule(load, thresholds);
      const notActive = from === 'active' ? 'inactive' : from;

      expect(nextStatus(notActive, load, thresholds, factor).status).toBe(wanted);
      expect(nextStatus(from, load, thresholds, 1).status).toBe(wanted);
    }),
  );
});

it('never leaves active early: not before every signal is at or below its share of the threshold', () => {
  fc.assert(
    fc.property(
      fc.array(aLoad(), { maxLength: 40 }),
      thresholdSet(),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (loads, thresholds, factor) => {
        let status: OverloadStatus = 'inactive';
        for (const load of loads) {
          const next: OverloadStatus = nextStatus(status, load, thresholds, factor).status;
          const left = status === 'active' && next !== 'active';
          const calm = pairs(load, thresholds).every(([value, limit]) => value <= limit * factor);
          expect(left && !calm).toBe(false);
          status = next;
        }
      },
    ),
  );
});

it('leaves active at once when every signal is calm, whatever came before', () => {
  fc.assert(
    fc.property(
      fc.array(aLoad(), { maxLength: 20 }),
      thresholdSet(),
      aFactor(),
      (loads, thresholds, factor) => {
        let status: OverloadStatus = 'active';
        for (const load of loads) status = nextStatus(status, load, thresholds, factor).status;
        const calm: LoadSignals = {
          pendingMessages: thresholds.queueOverload * factor,
          latencyP95Ms: thresholds.latencyOverloadMs * factor,
          inflightMessages: thresholds.inflightOverload * factor,
        };

        expect(nextStatus(status, calm, thresholds, factor).status).toBe('inactive');
      },
    ),
  );
});

it('gets no better when a signal rises', () => {
  fc.assert(
    fc.property(
      fc.tuple(aLoad(), aLoad()),
      thresholdSet(),
      aFactor(),
      aStatus(),
      ([load, more], thresholds, factor, from) => {
        const higher: LoadSignals = {
          pendingMessages: load.pendingMessages + more.pendingMessages,
          latencyP95Ms: load.latencyP95Ms + more.latencyP95Ms,
          inflightMessages: load.inflightMessages + more.inflightMessages,
        };
        const severity = (signals: LoadSignals) =>
          OVERLOAD_STATUSES.indexOf(nextStatus(from, signals, thresholds, factor).status);

        expect(severity(higher)).toBeGreaterThanOrEqual(severity(load));
      },
    ),
  );
});

it('names as causes exactly the signals above their thresholds', () => {
  fc.assert(
    fc.property(aLoad(), thresholdSet(), aFactor(), aStatus(), (load, thresholds, factor, from) => {
      const { causes } = nextStatus(from, load, thresholds, factor);

      expect(causes.map(({ value, threshold }) => [value, threshold])).toEqual(
        pairs(load, thresholds).filter(([value, limit]) => value > limit),
      );
    }),
  );
});
