import { monotonicClock } from '@beamline/kernel';
import {
  type Completion,
  type Controller,
  type CreateController,
  TICK_MS,
} from '@beamline/simulator/core';
import { type Gate, Refused } from './gate.js';

/** What the plant's handler answers. */
const numberIn = (answer: unknown, field: string): number => {
  if (typeof answer !== 'object' || answer === null) return 0;
  const value: unknown = new Map<string, unknown>(Object.entries(answer)).get(field);
  return typeof value === 'number' ? value : 0;
};

/** Share of one core that this process has used since it was asked last. */
function processorShare(): () => number {
  let before = process.cpuUsage();
  let beforeMs = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(before);
    const nowMs = performance.now();
    const share = (user + system) / 1_000 / Math.max(1, nowMs - beforeMs);
    before = process.cpuUsage();
    beforeMs = nowMs;
    return Math.min(1, share);
  };
}

/** A limiter written anew from its published formula, shared with the simulator, before a real handler. */
class FormulaGate implements Gate {
  #inflight = 0;

  constructor(private readonly controller: Controller) {
    const utilisation = processorShare();
    setInterval(() => {
      const inflight = this.#inflight;
      this.controller.tick?.({ waiting: 0, inflight, utilisation: utilisation() });
    }, TICK_MS).unref();
  }

  async run<T>(_request: unknown, work: () => Promise<T>): Promise<T> {
    const verdict = this.controller.admit({ criticality: 'default' });
    if (!verdict.admitted) throw new Refused(verdict.retryAfterMs);
    const startedMs = performance.now();
    let completion: Completion | undefined;
    this.#inflight += 1;
    try {
      const answer = await work();
      completion = {
        roundTripMs: performance.now() - startedMs,
        serviceMs: numberIn(answer, 'serviceMs'),
        queueMs: numberIn(answer, 'queueMs'),
      };
      return answer;
    } finally {
      this.#inflight -= 1;
      verdict.settle(completion);
    }
  }
}

/** The gate of a formula. It is kept from run to run, as ours is: learning is what it does. */
export const formulaGate = (create: CreateController): Gate =>
  new FormulaGate(create({ clock: monotonicClock, random: Math.random }));
