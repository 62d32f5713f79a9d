import { OverloadControl } from '@beamline/backpressure';
import { DEFAULT_SETTINGS } from '@beamline/backpressure/core';
import type { InboundJetStreamMessage } from '@beamline/jetstream';
import { FakeClock } from '@beamline/testing';
import { DurableAdmission, outcomeOfDelivery } from './durable-admission.js';

const START_MS = 1_700_000_000_000;

/** What admission looks at of a delivery. */
function aDelivery(changes: Partial<InboundJetStreamMessage> = {}): InboundJetStreamMessage {
  const delivery: Partial<InboundJetStreamMessage> = {
    deliveryCount: 1,
    streamSequence: 1,
    timestampMs: START_MS,
    ...changes,
  };
  return Object.assign(Object.create(null), delivery);
}

function aDoor(mode: 'proportional' | 'strict' = 'proportional') {
  const { admission } = DEFAULT_SETTINGS;
  const control = new OverloadControl({
    clock: new FakeClock(0),
    wall: new FakeClock(START_MS),
    defaults: { ...DEFAULT_SETTINGS, admission: { ...admission, mode, maxInflight: 3 } },
  });
  const subject = control.subject('decide');
  return { door: new DurableAdmission(subject), control, subject };
}

const OVERLOADED = { pendingMessages: 1500, latencyP95Ms: 6000 };

it('lets in what was delivered, whatever the load: it was accepted when it was stored', () => {
  const { door, subject } = aDoor();
  subject.override(OVERLOADED);

  const admitted = Array.from({ length: 10 }, () => door.admit(aDelivery()));

  expect(admitted.every((each) => each.admitted)).toBe(true);
  expect(door.room()).toBe(0);
});

it('hands back in strict mode while the status is active, and remembers that it did', async () => {
  const { door, control, subject } = aDoor('strict');
  subject.override(OVERLOADED);
  await control.status('decide');

  expect(door.admit(aDelivery())).toMatchObject({
    admitted: false,
    refusal: { reason: 'backpressure_active', retryAfterMs: 30_000 },
  });
  door.admit(aDelivery({ deliveryCount: 2 }));

  expect(door.handedBack(aDelivery({ deliveryCount: 3 }))).toBe(2);
  expect(door.handedBack(aDelivery({ streamSequence: 2 }))).toBe(0);
  expect(door.handedBack(aDelivery({ timestampMs: START_MS + 1 }))).toBe(0);
});

it('asks for nothing while it would hand back, so that no delivery is spent on it', async () => {
  const { door, control, subject } = aDoor('strict');
  expect(door.room()).toBe(3);

  subject.override(OVERLOADED);
  await control.status('decide');

  expect(door.room()).toBe(0);
});

it('works off a backlog that alone holds the status active: waiting would hold it for ever', async () => {
  const { door, control, subject } = aDoor('strict');
  subject.override(OVERLOADED);
  await control.status('decide');

  subject.override({ pendingMessages: 1500, latencyP95Ms: 0 });

  expect(await control.status('decide')).toMatchObject({ status: 'active' });
  expect(door.room()).toBe(3);
  expect(door.admit(aDelivery()).admitted).toBe(true);
});

it.each([
  ['success', 'success'],
  ['duplicate', 'success'],
  ['failed', 'success'],
  ['dead_lettered', 'ignored'],
  ['retried', 'dropped'],
] as const)('counts a delivery that ended as %s as %s', (status, outcome) => {
  expect(outcomeOfDelivery(status)).toBe(outcome);
});
