import type { Clock } from '@beamline/kernel';
import type { GatewayAdmission } from '../core/gateway-admission.js';
import { outcomeOfAnswer, planRetry, type RetryPolicy } from '../core/retry-plan.js';
import type { RouterAnswer } from '../core/router-answer.js';
import type { GatewayTicket } from './gateway-ticket.js';
import type { RouterCall } from './router-call.js';
import type { RouterPort } from './router-port.js';
import { Waits } from './waits.js';

/** How a gateway repeats requests of its own. */
export interface RetryingClientOptions {
  /** Repeats of one request at most. Default 3; 0: none. Must be ≥ 0. */
  readonly maxRetries?: number;
  /** Longest wait before a repeat, in milliseconds; who shall come back later is told so instead. Default 1 000. Must be ≥ 0. */
  readonly maxWaitMs?: number;
  /** Requests that may wait for their repeat at one time; further ones get their answer at once. Default 1 000. Must be ≥ 0. */
  readonly maxWaiting?: number;
  /**
   * Ask a second time when no answer has come after so many milliseconds; the first decision counts. Only requests with
   * an idempotency key are asked twice, and only within the retry budget. Default: never. Must be ≥ 1.
   */
  readonly hedgeAfterMs?: number;
  /**
   * How long a request may take with all its repeats, in milliseconds, unless the call says. Callers may
   * shorten it. Default: what the router may take, or 5 000. Must be ≥ 1.
   */
  readonly timeoutMs?: number;
}

/** By what a request was let in. */
export interface LetIn {
  readonly ticket: GatewayTicket;
  /** Asked again before each repeat. */
  readonly admission: Pick<GatewayAdmission, 'admit' | 'settle'>;
}

/** What a {@link RetryingClient} stands on. */
export interface RetryingClientParts {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** One request with all its repeats. */
interface Asked extends LetIn {
  readonly request: Uint8Array | object;
  readonly call: RouterCall;
  readonly deadlineMs: number;
}

/** Less time than this is not enough for an answer, in milliseconds. */
const LEAST_LEFT_MS = 10;

/** Asks the router within a deadline, repeats what may be repeated within the retry budget, and tells admission of every answer. */
export class RetryingClient {
  readonly #policy: RetryPolicy;
  readonly #waits: Waits;
  readonly #hedgeAfterMs: number | undefined;
  readonly #timeoutMs: number;

  /** @throws RangeError when an option is out of range. */
  constructor(
    private readonly port: Pick<RouterPort, 'decide'>,
    options: RetryingClientOptions = {},
    private readonly parts: RetryingClientParts,
  ) {
    this.#policy = {
      maxRetries: atLeast(0, 'maxRetries', options.maxRetries ?? 3),
      maxWaitMs: atLeast(0, 'maxWaitMs', options.maxWaitMs ?? 1000),
      leastLeftMs: LEAST_LEFT_MS,
    };
    this.#waits = new Waits(atLeast(0, 'maxWaiting', options.maxWaiting ?? 1000));
    this.#timeoutMs = atLeast(1, 'timeoutMs', options.timeoutMs ?? 5000);
    const { hedgeAfterMs } = options;
    this.#hedgeAfterMs =
      hedgeAfterMs === undefined ? undefined : atLeast(1, 'hedgeAfterMs', hedgeAfterMs);
  }

  /** Asks, and asks again where that makes sense. The ticket is settled with the first answer. */
  async decide(
    request: Uint8Array | object,
    call: RouterCall,
    { ticket, admission }: LetIn,
  ): Promise<RouterAnswer> {
    const patienceMs = call.timeoutMs ?? ticket.timeoutMs ?? this.#timeoutMs;
    const deadlineMs = this.parts.clock.nowMs() + patienceMs;
    const asked = { request, call, ticket, admission, deadlineMs };
    const first = this.#first(asked);
    let answer = await (this.#isHedged(asked) ? this.#hedged(asked, first) : first);
    for (let retries = 0; ; retries += 1) {
      const planned = await this.#untilRetry(answer, asked, retries);
      if (planned === undefined) return answer;
      const again = this.#again(asked, retries + 1, planned.slotAtMs);
      if (again === undefined) return answer;
      answer = await again;
    }
  }

  /** Ends all waits before repeats: those who wait get the answer they have. */
  stop(): void {
    this.#waits.end();
  }

  async #first(asked: Asked): Promise<RouterAnswer> {
    const answer = await this.#send(asked, 0);
    const outcome = outcomeOfAnswer(answer);
    if (outcome !== undefined) asked.ticket.settle(outcome, adviceOf(answer));
    return answer;
  }

  /** A repeat; `undefined` when admission denies it. */
  #again(asked: Asked, attempt: number, slotAtMs?: number): Promise<RouterAnswer> | undefined {
    const { ticket, admission } = asked;
    const { criticality } = ticket;
    const admittedAtMs = this.parts.clock.nowMs();
    const verdict = admission.admit({ criticality, attempt, slotAtMs }, admittedAtMs);
    if (!verdict.admitted) return undefined;
    return this.#send(asked, attempt).then((answer) => {
      const outcome = outcomeOfAnswer(answer);
      const about = { ...adviceOf(answer), criticality, admittedAtMs };
      if (outcome !== undefined) admission.settle(outcome, this.parts.clock.nowMs(), about);
      return answer;
    });
  }

  #send({ request, call, ticket, deadlineMs }: Asked, attempt: number): Promise<RouterAnswer> {
    const leftMs = Math.max(1, deadlineMs - this.parts.clock.nowMs());
    return this.port.decide(request, {
      ...call,
      criticality: ticket.criticality,
      attempt: ticket.attempt + attempt,
      timeoutMs: leftMs,
    });
  }

  /** Waits until the request may be repeated; `undefined`: it is not to be. */
  async #untilRetry(
    answer: RouterAnswer,
    { deadlineMs }: Asked,
    retries: number,
  ): Promise<{ readonly slotAtMs: number | undefined } | undefined> {
    if (answer.kind === 'decided') return undefined;
    const nowMs = this.parts.clock.nowMs();
    const state = { retries, leftMs: deadlineMs - nowMs, random: this.parts.random() };
    const planned = planRetry(answer, this.#policy, state);
    if (planned === undefined || !(await this.#waits.begin(planned.delayMs).over)) return undefined;
    return { slotAtMs: planned.isSlot ? nowMs + planned.delayMs : undefined };
  }

  #isHedged({ call }: Asked): boolean {
    return this.#hedgeAfterMs !== undefined && call.idempotencyKey !== undefined;
  }

  async #hedged(asked: Asked, first: Promise<RouterAnswer>): Promise<RouterAnswer> {
    const wait = this.#waits.begin(this.#hedgeAfterMs ?? 0);
    const early = await Promise.race([first, wait.over]);
    if (typeof early === 'object') {
      wait.end();
      return early;
    }
    const second = early ? this.#again(asked, 1) : undefined;
    return second === undefined ? first : firstDecided(first, second);
  }
}

/** The first decision of two; without any, what came of the first. */
function firstDecided(
  first: Promise<RouterAnswer>,
  second: Promise<RouterAnswer>,
): Promise<RouterAnswer> {
  return new Promise((resolve, reject) => {
    const take = (answer: RouterAnswer): void => {
      if (answer.kind === 'decided') resolve(answer);
    };
    first.then(take, reject);
    second.then(take, reject);
    Promise.all([first, second]).then(([answer]) => resolve(answer), reject);
  });
}

/** What an answer asks for, as admission is told. */
function adviceOf(answer: RouterAnswer): { readonly retryAfterMs?: number } {
  const retryAfterMs = answer.kind === 'refused' ? answer.error.retryAfterMs : undefined;
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}

function atLeast(least: number, name: string, value: number): number {
  if (Number.isFinite(value) && value >= least) return value;
  throw new RangeError(`RetryingClient ${name} must be ≥ ${least} (got ${value})`);
}
