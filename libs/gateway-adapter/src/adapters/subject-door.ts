import type { Criticality } from '@beamline/contracts/core';
import type { Clock } from '@beamline/kernel';
import type { HttpHeaders } from '../core/check-headers.js';
import type { GatewayAdmission } from '../core/gateway-admission.js';
import type { GatewayView, SettleOutcome } from '../core/gateway-admission-types.js';
import { type CallerWish, readWish, type WishRules } from './caller-wish.js';
import { type GatewayRefusal, type RefusalStyle, WrittenRefusal } from './gateway-refusal.js';
import type { EntryRequest, GatewayEntry, GatewayTicket, SubjectGate } from './gateway-types.js';

/** What a {@link SubjectDoor} stands on. */
export interface SubjectDoorParts extends WishRules {
  readonly admission: GatewayAdmission;
  readonly style: RefusalStyle;
  readonly clock: Clock;
}

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
    return this.#enter(readWish(headers, this.parts));
  }

  admit({ criticality = 'default', attempt = 0, timeoutMs }: EntryRequest = PLAIN): GatewayEntry {
    const isTime = timeoutMs !== undefined && Number.isFinite(timeoutMs);
    return this.#enter({ criticality, attempt, timeoutMs: isTime ? timeoutMs : undefined });
  }

  look(headers: HttpHeaders = {}): GatewayRefusal | undefined {
    const { admission, clock, style } = this.parts;
    const { criticality } = readWish(headers, this.parts);
    const refused = admission.refusalWhileActive(criticality, clock.nowMs());
    return refused && new WrittenRefusal(refused, criticality, style);
  }

  view(): GatewayView {
    return this.admission.view(this.parts.clock.nowMs());
  }

  // What callers repeat is new to the gateway: their attempt goes on to the router, and costs no budget here.
  #enter(wish: CallerWish): GatewayEntry {
    const { admission, clock, style } = this.parts;
    const { criticality } = wish;
    const nowMs = clock.nowMs();
    const verdict = admission.admit({ criticality }, nowMs);
    if (!verdict.admitted) {
      return { admitted: false, refusal: new WrittenRefusal(verdict, criticality, style) };
    }
    return { admitted: true, ticket: new Ticket(this, clock, wish, nowMs) };
  }
}

class Ticket implements GatewayTicket {
  #isSettled = false;

  constructor(
    private readonly door: SubjectDoor,
    private readonly clock: Clock,
    readonly wish: CallerWish,
    private readonly admittedAtMs: number,
  ) {}

  get subject(): string {
    return this.door.subject;
  }

  get criticality(): Criticality {
    return this.wish.criticality;
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  settle(outcome: SettleOutcome): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    const { admittedAtMs } = this;
    this.door.admission.settle(outcome, this.clock.nowMs(), { admittedAtMs });
  }
}
