import fc from 'fast-check';
import { ClusterStatus, isRecovery } from './cluster-status.js';
import type { LoadSignals } from './load-signals.js';
import { OVERLOAD_STATUSES, type OverloadStatus } from './overload-status.js';

const SIGNALS: LoadSignals = { pendingMessages: 0, latencyP95Ms: 0, inflightMessages: 0 };
const aStatus = fc.constantFrom<OverloadStatus>(...OVERLOAD_STATUSES);
const severity = (status: OverloadStatus): number => OVERLOAD_STATUSES.indexOf(status);

const steps = fc.array(
  fc.record({ status: aStatus, afterMs: fc.nat(10_000), isLeader: fc.boolean() }),
  { maxLength: 60 },
);

it('tells a change exactly when the status is another one, from the last one to the new one', () => {
  fc.assert(
    fc.property(fc.array(aStatus, { maxLength: 50 }), (judged) => {
      const subject = new ClusterStatus(0);
      let last: OverloadStatus = 'inactive';
      judged.forEach((status, index) => {
        const change = subject.judged({ status, causes: [] }, SIGNALS, index);
        expect(change === undefined).toBe(status === last);
        expect([change?.from ?? status, change?.to ?? status]).toEqual([last, status]);
        last = status;
        expect(subject.status).toBe(status);
      });
    }),
  );
});

it('calls a change a recovery exactly when it got better', () => {
  fc.assert(
    fc.property(fc.array(aStatus, { maxLength: 50 }), (judged) => {
      const subject = new ClusterStatus(0);
      for (const status of judged) {
        const before = subject.status;
        const change = subject.judged({ status, causes: [] }, SIGNALS, 1);
        const gotBetter = severity(status) < severity(before);
        expect(change?.recoveryTimeMs !== undefined).toBe(gotBetter);
        expect(isRecovery(before, status)).toBe(gotBetter);
      }
    }),
  );
});

it('counts the time of a recovery from when the subject ceased to be inactive, whoever led then', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const subject = new ClusterStatus(0);
      let nowMs = 0;
      let troubledSinceMs = 0;
      let last: OverloadStatus = 'inactive';
      for (const { status, afterMs, isLeader } of all) {
        nowMs += afterMs;
        if (last === 'inactive' && status !== 'inactive') troubledSinceMs = nowMs;
        const isSeen = isLeader && isRecovery(last, status);
        const change = isLeader
          ? subject.judged({ status, causes: [] }, SIGNALS, nowMs)
          : subject.told(status, nowMs);
        expect(change?.recoveryTimeMs).toBe(isSeen ? nowMs - troubledSinceMs : undefined);
        last = status;
      }
    }),
  );
});

it('keeps the time since when a status holds for as long as it holds', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const subject = new ClusterStatus(0);
      let nowMs = 0;
      let sinceMs = 0;
      for (const { status, afterMs, isLeader } of all) {
        nowMs += afterMs;
        if (status !== subject.status) sinceMs = nowMs;
        if (isLeader) subject.judged({ status, causes: [] }, SIGNALS, nowMs);
        else subject.told(status, nowMs);
        expect(subject.sinceMs).toBe(sinceMs);
      }
    }),
  );
});
