import type { AdmissionRequest, Outcome, Permit, WorkReport } from '../core/index.js';
import { callerGone } from './caller-gone.js';
import type { IncomingCall } from './incoming-call.js';
import { OverloadException } from './overload.exception.js';
import type { Protection } from './protection.js';

/** Where a request carries its ticket. A weak map would do the same, and cost a third of the whole admission in garbage. */
const TICKET = Symbol('beamline:ticket');

interface Ticketed {
  [TICKET]?: Ticket;
}

/** The ticket of a request that was let in. */
export function ticketOf(key: Ticketed): Ticket | undefined {
  return key[TICKET];
}

/** A request that was let in, from its guard to its end. */
export class Ticket {
  #report: WorkReport | undefined;
  #pacedMs = 0;
  #state: 'waiting' | 'claimed' | 'returned' = 'waiting';

  constructor(
    readonly protection: Protection,
    readonly call: IncomingCall,
    readonly request: AdmissionRequest,
    private readonly permit: Permit,
  ) {
    const carrier: Ticketed = call.key;
    carrier[TICKET] = this;
  }

  /** Whether its handler has begun, or may. */
  get isClaimed(): boolean {
    return this.#state === 'claimed';
  }

  /** Whether it was given back because no handler came for it. */
  get isReturned(): boolean {
    return this.#state === 'returned';
  }

  claim(): void {
    this.#state = 'claimed';
  }

  /** Gives the permit back when no handler has come for it. */
  returnUnclaimed(): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'returned';
    this.permit.settle('ignored');
  }

  /**
   * Its work could begin only so many milliseconds after it was let in.
   * @throws when nobody waits for the answer any more.
   */
  delayed(pacedMs: number): void {
    this.#pacedMs = pacedMs;
    const { call, request, protection } = this;
    if (call.isAbandoned()) throw callerGone(call);
    // For a stored message somebody always waits.
    if (call.transport === 'jetstream') return;
    const refusal = protection.gate.outwaited?.(request, pacedMs);
    if (refusal !== undefined) {
      throw OverloadException.of(refusal, protection, call, request.tenantId);
    }
  }

  /** What whoever did the work says about it. The last word counts. */
  report(report: WorkReport): void {
    this.#report = report;
  }

  /** The work has ended. Settling twice counts once. */
  settle(outcome: Outcome): void {
    this.permit.settle(outcome, this.#withDelay());
  }

  /** Who says nothing of waits gets none attributed: the rest of the time would count as its way. */
  #withDelay(): WorkReport | undefined {
    const queueMs = this.#report?.queueMs;
    if (queueMs === undefined || this.#pacedMs === 0) return this.#report;
    return { ...this.#report, queueMs: queueMs + this.#pacedMs };
  }
}
