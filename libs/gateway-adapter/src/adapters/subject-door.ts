import {
  type Criticality,
  OVERLOAD_HEADERS,
  readCriticality,
  readTimeoutMs,
} from '@beamline/contracts/core';
import type { Clock } from '@beamline/kernel';
import type { HttpHeaders } from '../core/check-headers.js';
import type { GatewayAdmission } from '../core/gateway-admission.js';
import type { GatewayView, SettleOutcome } from '../core/gateway-admission-types.js';
import { type RefusalStyle, WrittenRefusal } from './gateway-refusal.js';
import type { EntryRequest, GatewayEntry, GatewayTicket, SubjectGate } from './gateway-types.js';

/** What a {@link SubjectDoor} stands on. */
export interface SubjectDoorParts {
  readonly admission: GatewayAdmission;
  readonly style: RefusalStyle;
  readonly mayRaise: (headers: HttpHeaders) => boolean;
  /** Longest time that callers are waited for, in milliseconds, whatever they say. */
  readonly maxTimeoutMs: number;
  readonly clock: Clock;
}

const ATTEMPT = /^\d{1,3}$/;
const PLAIN: EntryRequest = {};

/** Lets requests in for one subject of the router, and hears how they end. */
export class SubjectDoor implements SubjectGate {
  readonly admission: GatewayAdmission;

  constructor(
    readonly subject: string,
    private readonly parts: SubjectDoorParts,
  ) {
    this.admission = parts.admission;
  }

  enter(headers: HttpHeaders): GatewayEntry {
    const attempt = headers[OVERLOAD_HEADERS.attempt];
    return this.#enter(
      this.#criticalityOf(headers),
      typeof attempt === 'string' && ATTEMPT.test(attempt) ? Number(attempt) : 0,
      this.#patienceOf(headers),
    );
  }

  admit({ criticality = 'default', attempt = 0, timeoutMs }: EntryRequest = PLAIN): GatewayEntry {
    return this.#enter(criticality, attempt, timeoutMs);
  }

  view(): GatewayView {
    return this.admission.view(this.parts.clock.nowMs());
  }

  #criticalityOf(headers: HttpHeaders): Criticality {
    const said = headers[OVERLOAD_HEADERS.criticality];
    if (said === undefined) return 'default';
    return readCriticality(said, this.parts.mayRaise(headers)).criticality;
  }

  #patienceOf(headers: HttpHeaders): number | undefined {
    const said = headers[OVERLOAD_HEADERS.timeoutMs];
    const timeoutMs = typeof said === 'string' ? readTimeoutMs(said) : undefined;
    return timeoutMs === undefined ? undefined : Math.min(timeoutMs, this.parts.maxTimeoutMs);
  }

  // What callers repeat is new to the gateway: their attempt goes on to the router, and costs no budget here.
  #enter(criticality: Criticality, attempt: number, timeoutMs: number | undefined): GatewayEntry {
    const { admission, clock, style } = this.parts;
    const nowMs = clock.nowMs();
    const verdict = admission.admit({ criticality }, nowMs);
    if (!verdict.admitted) {
      return { admitted: false, refusal: new WrittenRefusal(verdict, criticality, style) };
    }
    return {
      admitted: true,
      ticket: new Ticket(this, clock, { criticality, attempt, timeoutMs }, nowMs),
    };
  }
}

type TicketFacts = Pick<GatewayTicket, 'criticality' | 'attempt' | 'timeoutMs'>;

class Ticket implements GatewayTicket {
  #isSettled = false;

  constructor(
    private readonly door: SubjectDoor,
    private readonly clock: Clock,
    private readonly facts: TicketFacts,
    private readonly admittedAtMs: number,
  ) {}

  get subject(): string {
    return this.door.subject;
  }

  get criticality(): Criticality {
    return this.facts.criticality;
  }

  get attempt(): number {
    return this.facts.attempt;
  }

  get timeoutMs(): number | undefined {
    return this.facts.timeoutMs;
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  settle(outcome: SettleOutcome, about?: { readonly retryAfterMs?: number }): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    const { criticality } = this.facts;
    const told = {
      criticality,
      admittedAtMs: this.admittedAtMs,
      retryAfterMs: about?.retryAfterMs,
    };
    this.door.admission.settle(outcome, this.clock.nowMs(), told);
  }
}
