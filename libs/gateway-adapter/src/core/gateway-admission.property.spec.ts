import { CRITICALITIES, type Criticality } from '@beamline/contracts/core';
import fc from 'fast-check';
import { GatewayAdmission } from './gateway-admission.js';
import type { GatewayMode, GatewayVerdict, SettleOutcome } from './gateway-admission-types.js';
import { GATEWAY_REFUSAL_REASONS } from './gateway-refusal-reason.js';
import type { RouterLoad } from './router-load.js';
import { aLoad } from './router-load.fixture.js';

const CAP_MS = 300_000;

/** Something that happens to a gateway. */
type Happening =
  | { readonly type: 'ask'; readonly criticality: Criticality; readonly attempt: number }
  | { readonly type: 'settle'; readonly outcome: SettleOutcome; readonly times: number }
  | { readonly type: 'hear'; readonly load: RouterLoad }
  | { readonly type: 'poll'; readonly load: RouterLoad | undefined }
  | { readonly type: 'pass'; readonly ms: number };

const someLoad = (): fc.Arbitrary<RouterLoad> =>
  fc
    .record({
      status: fc.constantFrom('inactive', 'warning', 'active', 'unknown'),
      credit: fc.oneof(
        fc.constantFrom(undefined, null, 0, Number.NaN, Infinity, 1e300),
        fc.double({ min: 0, max: 10_000, noNaN: true }),
      ),
      epoch: fc.option(fc.nat(3), { nil: undefined }),
      seq: fc.option(fc.nat(5), { nil: undefined }),
      ttlMs: fc.constantFrom(0, 100, 3_000, 1e12, -5, Number.NaN),
      retryAfterMs: fc.constantFrom(0, 1_000, 30_000),
      atMs: fc.nat(3),
    })
    .map((over) => aLoad({ ...over, effectiveStatus: over.status }));

const someHappening = (): fc.Arbitrary<Happening> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant('ask' as const),
        criticality: fc.constantFrom(...CRITICALITIES),
        attempt: fc.constantFrom(0, 0, 0, 1, 2),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant('settle' as const),
        outcome: fc.constantFrom<SettleOutcome>(
          'accepted',
          'refused',
          'failed',
          'ignored',
          'unsent',
        ),
        times: fc.integer({ min: 1, max: 50 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('hear' as const), load: someLoad() }) },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('poll' as const),
        load: fc.option(someLoad(), { nil: undefined }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('pass' as const),
        ms: fc.oneof(
          fc.nat(50),
          fc.nat(5_000),
          fc.constantFrom(-3_600_000, 86_400_000, Number.NaN, Infinity),
        ),
      }),
    },
  );

const someHistory = (): fc.Arbitrary<Happening[]> =>
  fc.array(someHappening(), { minLength: 1, maxLength: 300 });

const anyMode = (): fc.Arbitrary<GatewayMode> => fc.constantFrom<GatewayMode>('credit', 'contract');

/** Lives through a history, and tells every verdict. */
class Life {
  nowMs = 1_000;
  readonly admission: GatewayAdmission;
  #draws = 0;

  constructor(mode: GatewayMode) {
    const random = (): number => ((this.#draws += 7) % 97) / 97;
    this.admission = new GatewayAdmission({ mode }, random);
  }

  live(history: readonly Happening[]): GatewayVerdict[] {
    return history.map((happening) => this.#happen(happening)).filter((each) => each !== undefined);
  }

  /** Asks twenty times a second, each time settled at once; how many of each ten seconds were admitted. */
  askOn(seconds: number, outcome: SettleOutcome, criticality: Criticality = 'default'): number {
    let admitted = 0;
    for (let n = 0; n < seconds * 20; n += 1) {
      this.nowMs += 50;
      if (!this.admission.admit({ criticality }, this.nowMs).admitted) continue;
      admitted += 1;
      this.admission.settle(outcome, this.nowMs);
    }
    return admitted;
  }

  #happen(happening: Happening): GatewayVerdict | undefined {
    switch (happening.type) {
      case 'ask':
        return this.admission.admit(happening, this.nowMs);
      case 'settle':
        for (let n = 0; n < happening.times; n += 1) {
          this.admission.settle(happening.outcome, this.nowMs);
        }
        return undefined;
      case 'hear':
        this.admission.hear(happening.load, this.nowMs);
        return undefined;
      case 'poll':
        this.admission.polled(happening.load, this.nowMs);
        return undefined;
      case 'pass':
        this.#pass(happening.ms);
        return undefined;
    }
  }

  /** A reading that is none is read once. */
  #pass(ms: number): void {
    if (Number.isFinite(ms)) this.nowMs += ms;
    else this.admission.view(ms);
  }
}

it('refuses with a reason of the list, and a time that can be kept', () => {
  fc.assert(
    fc.property(anyMode(), someHistory(), (mode, history) => {
      for (const verdict of new Life(mode).live(history)) {
        if (verdict.admitted) continue;
        const { reason, retryAfterMs } = verdict;

        expect(GATEWAY_REFUSAL_REASONS).toContain(reason);
        expect(retryAfterMs).toBeGreaterThan(0);
        expect(retryAfterMs).toBeLessThanOrEqual(CAP_MS);
      }
    }),
  );
});

it('knows a limit of at least one request per second, and shares between 0 and 1', () => {
  fc.assert(
    fc.property(anyMode(), someHistory(), (mode, history) => {
      const life = new Life(mode);
      for (const happening of history) {
        life.live([happening]);
        const { limitPerSecond, throttled, believedForMs } = life.admission.view(life.nowMs);

        expect(limitPerSecond ?? 1).toBeGreaterThanOrEqual(1);
        expect(throttled).toBeGreaterThanOrEqual(0);
        expect(throttled).toBeLessThan(1);
        expect(believedForMs).toBeGreaterThanOrEqual(0);
        expect(believedForMs).toBeLessThanOrEqual(60_000);
      }
    }),
  );
});

it('is open to everybody two minutes after any history when the router takes everything and says nothing', () => {
  fc.assert(
    fc.property(
      anyMode(),
      someHistory(),
      fc.constantFrom(...CRITICALITIES),
      (mode, history, criticality) => {
        const life = new Life(mode);
        life.live(history);
        life.askOn(120, 'accepted', criticality);

        expect(life.askOn(10, 'accepted', criticality)).toBe(200);
      },
    ),
    { numRuns: 60 },
  );
});

it.each<SettleOutcome>(['accepted', 'refused', 'failed', 'ignored', 'unsent'])(
  'never closes for good, whatever it has lived through: answers %s',
  (outcome) => {
    fc.assert(
      fc.property(anyMode(), someHistory(), (mode, history) => {
        const life = new Life(mode);
        life.live(history);
        life.askOn(70, outcome);

        expect(life.askOn(10, outcome)).toBeGreaterThanOrEqual(5);
      }),
      { numRuns: 40 },
    );
  },
);

it('floods nobody: a router that refuses everything gets next to nothing', () => {
  fc.assert(
    fc.property(someHistory(), (history) => {
      const life = new Life('credit');
      life.live(history);
      life.askOn(70, 'refused');

      expect(life.askOn(10, 'refused')).toBeLessThanOrEqual(30);
    }),
    { numRuns: 40 },
  );
});
