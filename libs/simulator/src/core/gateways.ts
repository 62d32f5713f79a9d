import type { ControllerParts } from './controller.js';
import type { CreateGate, Gate } from './gate.js';
import { pickByShare } from './random.js';

/** The gateways before the routers, each with a gate of its own and a share of the requests. */
export class Gateways {
  readonly gates: readonly Gate[];
  readonly #shares: readonly (readonly [Gate, number])[];

  constructor(shares: readonly number[], create: CreateGate, parts: ControllerParts) {
    this.#shares = shares.map((share) => [create(parts), share] as const);
    this.gates = this.#shares.map(([gate]) => gate);
  }

  /** Who a request comes through, every time it comes. `draw`: 0 to 1. */
  of(draw: number): Gate {
    return pickByShare(this.#shares, draw);
  }
}
