import fc from 'fast-check';
import { FakeClock } from '@beamline/testing';
import type { Outcome, Permit, Refusal, WorkReport } from './admission-types.js';
import { CRITICALITIES, type Criticality } from '@beamline/contracts/core';
import { SubjectAdmission } from './subject-admission.js';
import { type AdmissionMode, DEFAULT_SETTINGS, type SubjectSettings } from './subject-settings.js';

/** Something that happens to a subject. */
type Happening =
  | {
      readonly type: 'ask';
      readonly criticality: Criticality;
      readonly tenantId: string | undefined;
    }
  | {
      readonly type: 'settle';
      readonly which: number;
      readonly outcome: Outcome;
      readonly work: WorkReport;
    }
  | { readonly type: 'lose'; readonly which: number }
  | { readonly type: 'pass'; readonly ms: number }
  | { readonly type: 'delay'; readonly ms: number };

const anyNumber = (): fc.Arbitrary<number> =>
  fc.oneof(fc.double({ min: 0, max: 1_000 }), fc.constantFrom(0, -1, Number.NaN, Infinity, 1e300));

const someHappening = (): fc.Arbitrary<Happening> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant('ask' as const),
        criticality: fc.constantFrom(...CRITICALITIES),
        tenantId: fc.constantFrom(undefined, 'a', 'b', 'c'),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('settle' as const),
        which: fc.nat(),
        outcome: fc.constantFrom<Outcome>('success', 'success', 'ignored', 'dropped'),
        work: fc.oneof(
          fc.constant({}),
          fc.record({ serviceMs: anyNumber(), queueMs: anyNumber() }),
        ),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('lose' as const), which: fc.nat() }) },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('pass' as const),
        ms: fc.oneof(fc.nat(50), fc.nat(2_000), fc.constant(100_000)),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('delay' as const), ms: anyNumber() }) },
  );

const someHistory = (): fc.Arbitrary<Happening[]> =>
  fc.array(someHappening(), { minLength: 1, maxLength: 400 });

const someCaller = () =>
  fc.record({
    tenantId: fc.constantFrom(undefined, 'a', 'b'),
    deadlineLeftMs: fc.oneof(fc.constant(undefined), fc.nat(600)),
  });

const anyMode = (): fc.Arbitrary<AdmissionMode> =>
  fc.constantFrom<AdmissionMode>('proportional', 'strict', 'shadow');

const settingsWith = (admission: Partial<SubjectSettings['admission']>): SubjectSettings => ({
  ...DEFAULT_SETTINGS,
  admission: { ...DEFAULT_SETTINGS.admission, sloMs: 500, ...admission },
});

/** Lives through a history, and watches what must always hold. */
class Life {
  readonly clock = new FakeClock(0);
  readonly admission: SubjectAdmission;
  readonly held: Permit[] = [];
  readonly #settled: Permit[] = [];
  #draws = 0;

  constructor(readonly settings: SubjectSettings) {
    const random = (): number => ((this.#draws += 7) % 97) / 97;
    this.admission = new SubjectAdmission(settings, { clock: this.clock, random });
  }

  live(history: readonly Happening[]): void {
    for (const happening of history) {
      this.happen(happening);
      expectBounds(this);
    }
  }

  happen(happening: Happening): void {
    switch (happening.type) {
      case 'ask':
        return this.#ask(happening);
      case 'settle':
        return this.#settle(happening);
      case 'lose':
        this.#takeHeld(happening.which);
        return;
      case 'pass':
        return this.clock.advance(happening.ms);
      case 'delay':
        return this.admission.observeQueueDelay(happening.ms);
    }
  }

  #takeHeld(which: number): Permit | undefined {
    return this.held.splice(which % (this.held.length || 1), 1)[0];
  }

  /** Also settles one of those that were settled before. */
  #settle({ which, outcome, work }: Happening & { type: 'settle' }): void {
    const permit = this.#takeHeld(which);
    permit?.settle(outcome, work);
    if (permit) this.#settled.push(permit);
    this.#settled.at(which % (this.#settled.length || 1))?.settle('success');
  }

  #ask({
    criticality,
    tenantId,
  }: {
    criticality: Criticality;
    tenantId: string | undefined;
  }): void {
    const answer = this.admission.admit({ criticality, tenantId });
    if (answer.admitted) {
      this.held.push(answer.permit);
      return;
    }
    expectPromise(answer.refusal, this.settings);
  }
}

function expectBounds({ admission, settings }: Life): void {
  const view = admission.view();
  const { maxInflight } = settings.admission;
  expect(view.backlog).toBeGreaterThanOrEqual(0);
  expect(view.backlog).toBeLessThanOrEqual(maxInflight);
  expect(view.predictedWaitMs).toBeGreaterThanOrEqual(0);
  expect(Number.isFinite(view.predictedWaitMs)).toBe(true);
  expect(Number.isFinite(view.deliveredPerSecond)).toBe(true);
  expect(Number.isFinite(view.serviceMs)).toBe(true);
  const room = admission.room('sheddable');
  expect(room).toBeLessThanOrEqual(Math.max(1, maxInflight - view.backlog));
  expect(room).toBeGreaterThanOrEqual(view.backlog === 0 ? 1 : 0);
}

function expectPromise(refusal: Refusal, { admission, policy }: SubjectSettings): void {
  const capMs = Math.max(admission.retryAfterMaxSeconds, policy.retryAfterSeconds) * 1_000;
  expect(refusal.retryAfterMs).toBeGreaterThan(0);
  expect(refusal.retryAfterMs).toBeLessThanOrEqual(capMs);
  expect(refusal.retryable || refusal.criticality === 'sheddable').toBe(true);
}

it('keeps its counts, estimates and promises within bounds through every history', () => {
  fc.assert(
    fc.property(
      someHistory(),
      anyMode(),
      fc.integer({ min: 1, max: 60 }),
      (history, mode, maxInflight) => {
        const life = new Life(settingsWith({ mode, maxInflight, retryAfterMaxSeconds: 40 }));
        life.live(history);
      },
    ),
  );
});

it('never refuses a request for which a less important one would have been let in', () => {
  fc.assert(
    fc.property(someHistory(), someCaller(), (history, caller) => {
      // The same history and the same draws lead to the same state, so each class can be tried in a life of its own.
      const [critical, standard, sheddable] = CRITICALITIES.map((criticality) => {
        const life = new Life(settingsWith({}));
        for (const happening of history) life.happen(happening);
        return life.admission.admit({ criticality, ...caller }).admitted;
      });

      expect(critical || !standard).toBe(true);
      expect(standard || !sheddable).toBe(true);
    }),
  );
});

it.each(['proportional', 'strict', 'shadow'] as const)(
  'admits everything within seconds after every load has ended, in mode %s',
  (mode) => {
    fc.assert(
      fc.property(someHistory(), (history) => {
        const life = new Life(settingsWith({ mode, permitTtlMs: 60_000 }));
        life.admission.reportStatus('active');
        for (const happening of history) life.happen(happening);
        // What is lost is written off; what is held ends; the status recovers.
        for (const permit of life.held.splice(0)) permit.settle('success', { serviceMs: 10 });
        life.admission.reportStatus('inactive');
        life.clock.advance(70_000);

        for (const criticality of CRITICALITIES) {
          const answer = life.admission.admit({ criticality });
          expect(answer.admitted).toBe(true);
          if (answer.admitted) answer.permit.settle('success', { serviceMs: 10 });
        }
        expect(life.admission.view()).toMatchObject({ backlog: 0, effectiveStatus: 'inactive' });
      }),
    );
  },
);

it('serves a steady load that fits, whatever came before it', () => {
  fc.assert(
    fc.property(someHistory(), (history) => {
      const life = new Life(settingsWith({ permitTtlMs: 10_000 }));
      for (const happening of history) life.happen(happening);
      for (const permit of life.held.splice(0)) permit.settle('success', { serviceMs: 10 });
      life.clock.advance(12_000);

      let refused = 0;
      for (let step = 0; step < 1_000; step += 1) {
        const answers = [0, 1].map(() => life.admission.admit({ criticality: 'default' }));
        life.clock.advance(10);
        for (const answer of answers) {
          if (answer.admitted) answer.permit.settle('success', { serviceMs: 10, queueMs: 0 });
          else if (step > 500) refused += 1;
        }
      }
      expect(refused).toBe(0);
    }),
    { numRuns: 50 },
  );
});

it('bears a clock that jumps to and fro or does not tell the time', () => {
  const anyReading = fc.oneof(
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.constantFrom(Number.NaN, Infinity, -Infinity, 0),
  );
  fc.assert(
    fc.property(someHistory(), fc.array(anyReading, { minLength: 5 }), (history, readings) => {
      const life = new Life(settingsWith({ maxInflight: 50 }));
      for (const [n, happening] of history.entries()) {
        life.clock.set(readings[n % readings.length] ?? 0);
        life.happen(happening);
        expectBounds(life);
      }
      for (const permit of life.held.splice(0)) permit.settle('ignored');
      const nowMs = life.clock.nowMs();
      life.clock.set(Number.isFinite(nowMs) ? nowMs : 0);
      life.admission.advance();
      life.clock.advance(70_000);
      expect(life.admission.admit({ criticality: 'sheddable' }).admitted).toBe(true);
    }),
  );
});
