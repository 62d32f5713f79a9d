import type { OverloadStatus } from '@beamline/backpressure/core';
import type { Clock } from '@beamline/kernel';
import type { Controller, CreateController } from '../controller.js';
import { seededRandom } from '../random.js';
import { aimd } from './aimd.limit.js';
import { breakwater } from './breakwater.limit.js';
import { codel } from './codel.controller.js';
import { eventLoopUtilisation } from './elu.controller.js';
import { envoyGradient } from './envoy-gradient.limit.js';
import { contractPolling, rateCredit, sreThrottle } from './gates.js';
import { goZeroBbr } from './go-zero-bbr.controller.js';
import { gradient2 } from './gradient2.limit.js';
import { constantRetryAfter, kubernetesRetryAfter, tellingRetryAfter } from './retry-after.js';
import { staticLimit } from './static.limit.js';
import { vegas } from './vegas.limit.js';

class HandClock implements Clock {
  now = 0;
  nowMs(): number {
    return this.now;
  }
}

const PASSING = { criticality: 'default' } as const;
const REFUSED = { outcome: 'refused', criticality: 'default', admittedAtMs: 0 } as const;
const REQUEST = { criticality: 'default' } as const;

/** A controller whose work takes `roundTripMs` each, with as much in hand as it lets in. */
function driven(create: CreateController) {
  const clock = new HandClock();
  const controller = create({ clock, random: seededRandom(1) });
  const admitted = (): number => settlers(controller).length;
  return { clock, controller, admitted, work: (ms: number, rounds: number) => work(ms, rounds) };

  function work(roundTripMs: number, rounds: number): void {
    for (let round = 0; round < rounds; round++) {
      const settle = settlers(controller);
      clock.now += 100;
      controller.tick?.({ waiting: 0, inflight: settle.length, utilisation: 1 });
      for (const one of settle) one({ roundTripMs, serviceMs: 10, queueMs: roundTripMs - 10 });
    }
  }
}

const MOST = 2000;

function settlers(controller: Controller) {
  const settle: Extract<ReturnType<Controller['admit']>, { admitted: true }>['settle'][] = [];
  for (let n = 0; n < MOST; n++) {
    const verdict = controller.admit(REQUEST);
    if (!verdict.admitted) break;
    settle.push(verdict.settle);
  }
  return settle;
}

describe("the peers' formulas", () => {
  it('a static limit lets in so many, and one more for each that ends', () => {
    const { controller } = driven(staticLimit(3));
    const settle = settlers(controller);
    settle[0]?.(undefined);

    expect(settle).toHaveLength(3);
    expect(settlers(controller)).toHaveLength(1);
  });

  it.each([
    ['Vegas', vegas],
    ['Gradient2', gradient2],
    ['Envoy', envoyGradient],
    ['AIMD', aimd(50)],
    ['Breakwater', breakwater(1000)],
  ])('%s allows more while answers come fast, and less once they come late', (_name, create) => {
    const plant = driven(create);
    const before = 20;
    plant.work(10, 100);
    const [fast] = [plant.admitted()];
    const late = driven(create);
    late.work(10, 100);
    late.work(4000, 30);

    expect(fast).toBeGreaterThan(before);
    expect(late.admitted()).toBeLessThan(fast);
  });

  it('CoDel drops what waited too long only while even the shortest wait is long', () => {
    const { clock, controller } = driven(codel);
    const waits = (queueMs: number): boolean | undefined => {
      clock.now += 60;
      return controller.keep?.(queueMs);
    };

    expect([waits(50), waits(50), waits(50), waits(50)].at(-1)).toBe(false);
    expect(waits(8)).toBe(true);
    expect([waits(1), waits(1), waits(1), waits(50)].at(-1)).toBe(true);
  });

  it('go-zero limits what is in hand only once its smoothed processor load is high', () => {
    const { clock, controller, admitted } = driven(goZeroBbr);
    const held = Array.from({ length: 500 }, () => controller.admit(REQUEST));
    const passTen = (ticks: number): boolean => {
      let isOpen = true;
      for (let tick = 0; tick < ticks; tick++) {
        clock.now += 100;
        controller.tick?.({ waiting: 0, inflight: 500, utilisation: 1 });
        for (let n = 0; n < 10; n++) {
          const verdict = controller.admit(REQUEST);
          isOpen = verdict.admitted;
          if (verdict.admitted) verdict.settle({ roundTripMs: 100, serviceMs: 10, queueMs: 90 });
        }
      }
      return isOpen;
    };

    expect(held.every((verdict) => verdict.admitted)).toBe(true);
    expect(passTen(50)).toBe(true);
    expect(passTen(200)).toBe(false);
    expect(admitted()).toBe(0);
  });

  it('utilisation since boot stays low long after the last second is full', () => {
    const [interval, sinceBoot] = (['interval', 'since-boot'] as const).map((over) => {
      const { clock, controller } = driven(eventLoopUtilisation(over));
      for (let tick = 0; tick < 200; tick++) {
        clock.now += 100;
        controller.tick?.({ waiting: 0, inflight: 0, utilisation: tick < 100 ? 0 : 1 });
      }
      return controller.admit(REQUEST).admitted;
    });

    expect(interval).toBe(false);
    expect(sinceBoot).toBe(true);
  });

  it('the SRE throttle holds back once accepts fall behind, and forgets after its window', () => {
    const clock = new HandClock();
    const gate = sreThrottle(2, 10_000)({ clock, random: () => 0.5 });
    const passed = (): number => {
      let count = 0;
      for (let n = 0; n < 100; n++) {
        if (gate.admit(PASSING).admitted) count++;
        gate.learn(REFUSED);
      }
      return count;
    };
    const first = passed();
    const second = passed();
    clock.now = 20_000;

    expect(first).toBeGreaterThan(0);
    expect(second).toBe(0);
    expect(gate.admit(PASSING).admitted).toBe(true);
  });

  it('a rate credit limits to what was let in, and opens again without refusals', () => {
    const clock = new HandClock();
    const gate = rateCredit({ clock, random: () => 0.5 });
    const second = (admits: number): number => {
      let sent = 0;
      for (let n = 0; n < 1000; n++) {
        clock.now += 1;
        if (!gate.admit(PASSING).admitted) continue;
        gate.learn(sent < admits ? { ...REFUSED, outcome: 'accepted' } : REFUSED);
        sent++;
      }
      return sent;
    };
    second(100);
    const limited = second(100);
    for (let n = 0; n < 30; n++) second(MOST);

    expect(limited).toBeLessThan(600);
    expect(second(MOST)).toBe(1000);
  });

  it("the contract's gateway sends nothing while it was told active last, and everything when it is told nothing", () => {
    const gate = contractPolling({ clock: new HandClock(), random: () => 0.5 });
    const passes = (reported?: OverloadStatus): boolean => {
      const news = { effective: 'active', credit: 5, seq: 1 } as const;
      gate.polled?.(reported === undefined ? undefined : { ...news, reported });
      return gate.admit(PASSING).admitted;
    };

    expect(gate.admit(PASSING).admitted).toBe(true);
    expect(passes('active')).toBe(false);
    expect(passes('warning')).toBe(true);
    expect(passes('active')).toBe(false);
    expect(passes()).toBe(true);
  });

  it('Kubernetes doubles its Retry-After while many are refused, up to 32 s', () => {
    const clock = new HandClock();
    const controller = tellingRetryAfter(
      kubernetesRetryAfter,
      staticLimit(0),
    )({
      clock,
      random: () => 0.5,
    });
    const told: (number | undefined)[] = [];
    for (let second = 0; second < 100; second++) {
      clock.now = second * 1000;
      for (let n = 0; n < 200; n++) {
        const verdict = controller.admit(REQUEST);
        if (n === 0 && !verdict.admitted) told.push(verdict.retryAfterMs);
      }
    }

    expect(told.slice(0, 3)).toEqual([1000, 2000, 2000]);
    expect(Math.max(...told.map((ms) => ms ?? 0))).toBe(32_000);
  });

  it('a constant Retry-After is the same for everybody', () => {
    const create = tellingRetryAfter(constantRetryAfter(30_000), staticLimit(0));
    const verdict = create({ clock: new HandClock(), random: () => 0.5 }).admit(REQUEST);

    expect(verdict).toEqual({ admitted: false, retryAfterMs: 30_000, retryable: true });
  });
});
