import type {
  EdgeEvent,
  GatewayFailure,
  GatewayTicket,
  HttpAnswer,
  HttpHeaders,
  RequestReader,
} from '@beamline/gateway-adapter';
import type { Observer } from '@beamline/kernel';
import type { Authenticator } from '../access/authenticator.js';
import { ANONYMOUS, type Caller, reaches } from '../access/caller.js';
import type { Identity } from '../access/identity.js';
import type { GuessGuard } from '../limits/guess-guard.js';
import type { RateLimits, RateStanding } from '../limits/rate-limits.js';
import type { LoadDoor } from './load-door.js';
import { overLimit, rateHeaders, refusals, withHeaders } from './refusals.js';
import type { RouteRules } from './route-rules.js';
import { countedFor, judgeTenant } from './tenant-of.js';

/** A request that wants in. */
export interface Arrival {
  readonly headers: HttpHeaders;
  readonly body: Uint8Array | undefined;
  /** Where it comes from. */
  readonly address: string;
  /** The tenant that its path names. */
  readonly tenant?: string | undefined;
}

/** A request that was let in, or the answer that keeps it out. */
export type Entered =
  | {
      readonly ok: true;
      /** The request's, with the tenant its caller acts for. */
      readonly headers: HttpHeaders;
      readonly caller: Caller;
      /** To be settled by how the router takes the request. */
      readonly ticket: GatewayTicket | undefined;
      /** Belong on the answer. */
      readonly answerHeaders: Readonly<Record<string, string>>;
    }
  | { readonly ok: false; readonly answer: HttpAnswer };

/** What an {@link Entrance} asks. */
export interface EntranceParts {
  readonly authenticator: Authenticator;
  /** `undefined`: nobody is limited. */
  readonly limits: RateLimits | undefined;
  readonly guesses: GuessGuard;
  readonly door: LoadDoor;
  readonly reader: RequestReader;
  readonly observe: Observer<EdgeEvent>;
}

/** A request that was let in. */
export type Admitted = Extract<Entered, { ok: true }>;
type Refusal = Extract<Entered, { ok: false }>;
type Headers = Readonly<Record<string, string>>;

const NO_HEADERS: Headers = {};

/**
 * What stands before every route, in the order of contract 10.2: empty body, an overloaded router, rate limit, abuse,
 * who it is, what it may do. Only then is something of what the router takes spent on it: who is kept out for another
 * reason takes nothing from the others. What its body says is the route's to check.
 */
export class Entrance {
  constructor(private readonly parts: EntranceParts) {}

  /** What a route answers a request that is let in, with what belongs on every answer; else why it is kept out. */
  async serve(
    arrival: Arrival,
    rules: RouteRules,
    route: (entered: Admitted) => HttpAnswer | Promise<HttpAnswer>,
  ): Promise<HttpAnswer> {
    const entered = await this.enter(arrival, rules);
    if (!entered.ok) return entered.answer;
    return withHeaders(await route(entered), entered.answerHeaders);
  }

  /** Lets a request in, or not. For routes that answer in more than one piece. */
  async enter(arrival: Arrival, rules: RouteRules): Promise<Entered> {
    const { headers, body } = arrival;
    if (rules.needsBody === true && (body === undefined || body.length === 0)) {
      return this.#refuse(headers, refusals.emptyBody);
    }
    const looked = this.parts.door.look(rules.load, headers);
    if (!looked.ok) return looked;
    const identity = await this.#identify(arrival);
    const caller = identity.ok ? identity.caller : undefined;
    const standing = await this.#count(arrival, rules, caller);
    const answerHeaders = standing === undefined ? NO_HEADERS : rateHeaders(standing);
    const tooOften = this.#tooOften(arrival, rules, standing, answerHeaders);
    if (tooOften !== undefined) return tooOften;
    if (!identity.ok) return this.#turnAway(arrival, identity, answerHeaders);
    return this.#judge(arrival, rules, identity.caller, answerHeaders);
  }

  #tooOften(
    { headers, address }: Arrival,
    { family }: RouteRules,
    standing: RateStanding | undefined,
    answerHeaders: Headers,
  ): Refusal | undefined {
    if (standing?.isOver === true) {
      this.parts.observe({ type: 'rate-limited', family });
      return this.#refuse(headers, overLimit(standing), answerHeaders);
    }
    const blockedMs = this.parts.guesses.blockedMs(address);
    if (blockedMs === 0) return undefined;
    return this.#refuse(headers, refusals.blocked(blockedMs), answerHeaders);
  }

  /** Whoever is blocked is not looked at: it would learn whether it guessed right. */
  #identify({ headers, address }: Arrival): Identity | Promise<Identity> {
    const { authenticator, guesses } = this.parts;
    return guesses.blockedMs(address) > 0 ? refusals.nobody : authenticator.identify(headers);
  }

  #count({ headers, address }: Arrival, { family }: RouteRules, caller: Caller | undefined) {
    return this.parts.limits?.take(family, countedFor(caller, headers, address));
  }

  #turnAway(
    { headers, address }: Arrival,
    { reason, message }: Extract<Identity, { ok: false }>,
    answerHeaders: Headers,
  ): Refusal {
    const { guesses, observe } = this.parts;
    observe({ type: 'caller-refused', reason });
    if (reason === 'wrong' && guesses.failed(address)) observe({ type: 'address-blocked' });
    const failure = reason === 'unavailable' ? refusals.unavailable : refusals.unknown(message);
    return this.#refuse(headers, failure, answerHeaders);
  }

  #judge(
    { headers, tenant }: Arrival,
    rules: RouteRules,
    caller: Caller,
    answerHeaders: Headers,
  ): Entered {
    const { door, observe } = this.parts;
    // Where nobody need say who it is, whoever does not may do what a user may.
    const role = caller === ANONYMOUS ? 'user' : caller.role;
    if (!reaches(role, rules.least)) {
      observe({ type: 'caller-refused', reason: 'role' });
      return this.#refuse(headers, refusals.role(caller, rules.least), answerHeaders);
    }
    const verdict = judgeTenant(caller, headers, tenant, rules.tenant);
    if (!verdict.ok) {
      observe({ type: 'caller-refused', reason: 'tenant' });
      return this.#refuse(headers, refusals.tenant[verdict.why], answerHeaders);
    }
    const entry = door.enter(rules.load, verdict.headers);
    if (!entry.ok) return { ok: false, answer: withHeaders(entry.answer, answerHeaders) };
    return { ok: true, headers: verdict.headers, caller, ticket: entry.ticket, answerHeaders };
  }

  #refuse(headers: HttpHeaders, failure: GatewayFailure, more: Headers = NO_HEADERS): Refusal {
    const answer = this.parts.reader.refuse(headers, failure);
    const challenge = answer.status === 401 ? { ...more, 'www-authenticate': 'Bearer' } : more;
    return { ok: false, answer: withHeaders(answer, challenge) };
  }
}
