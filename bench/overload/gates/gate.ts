/** What may be known about a request before it is let in. */
export interface GateRequest {
  readonly criticality: string;
  readonly tenantId: string;
}

/** What an operator knows about the service that is protected. */
export interface GateSettings {
  readonly slots: number;
  readonly capacityPerSecond: number;
  readonly serviceMs: number;
  readonly sloMs: number;
}

/** Protection of a handler: runs the work, or throws {@link Refused} instead. */
export interface Gate {
  run<T>(request: GateRequest, work: () => Promise<T>): Promise<T>;
}

/** Said instead of doing the work. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(
    /** When to come back, in milliseconds; `undefined`: not told. */
    readonly retryAfterMs?: number,
  ) {
    super('refused');
  }
}

/** Makes the gate of a contestant anew, so that no run inherits what another has learned. */
export type MakeGate = (settings: GateSettings) => Gate;

/**
 * Most requests in hand that a careful operator would allow: all slots busy, and a queue of half the objective before them.
 * Every contestant that needs a number gets this one.
 */
export const carefulQueue = ({ capacityPerSecond, sloMs }: GateSettings): number =>
  Math.round((capacityPerSecond * sloMs) / 2_000);
