import type { ControllerParts } from './controller.js';
import type { CreateGate, Gate } from './gate.js';
import { pickByShare } from './random.js';

/** A gateway by its number. */
export interface Gateway {
  readonly index: number;
  readonly gate: Gate;
}

/** The gateways before the routers, each with a gate of its own and a share of the requests. */
export class Gateways {
  readonly gates: readonly Gate[];
  readonly #shares: readonly (readonly [Gateway, number])[];

  constructor(shares: readonly number[], create: CreateGate, parts: ControllerParts) {
    this.gates = shares.map(() => create(parts));
    this.#shares = this.gates.map((gate, index) => [{ index, gate }, shares[index] ?? 0] as const);
  }

  /** Who a request comes through, every time it comes. `draw`: 0 to 1. */
  of(draw: number): Gateway {
    return pickByShare(this.#shares, draw);
  }
}
