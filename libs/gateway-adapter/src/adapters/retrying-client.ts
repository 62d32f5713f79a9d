import type { Clock } from '@beamline/kernel';
import type { GatewayAdmission } from '../core/gateway-admission.js';
import type { SettleOutcome } from '../core/gateway-admission-types.js';
import { inRange } from '../core/in-range.js';
import { outcomeOfAnswer, planRetry, type RetryPolicy } from '../core/retry-plan.js';
import type { RouterAnswer } from '../core/router-answer.js';
import type { GatewayTicket } from './gateway-ticket.js';
import { patienceOf, type RouterCall } from './router-call.js';
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
   * How long a request may take with all its repeats, in milliseconds, unless the call says. Its caller's patience, as the ticket has it,
   * may shorten it. Default: what the router may take, or 5 000. Must be ≥ 1.
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
      maxRetries: inRange('RetryingClient maxRetries', options.maxRetries ?? 3, 0),
      maxWaitMs: inRange('RetryingClient maxWaitMs', options.maxWaitMs ?? 1000, 0),
      leastLeftMs: LEAST_LEFT_MS,
    };
    this.#waits = new Waits(inRange('RetryingClient maxWaiting', options.maxWaiting ?? 1000, 0));
    this.#timeoutMs = inRange('RetryingClient timeoutMs', options.timeoutMs ?? 5000, 1);
    const { hedgeAfterMs } = options;
    if (hedgeAfterMs !== undefined) inRange('RetryingClient hedgeAfterMs', hedgeAfterMs, 1);
    this.#hedgeAfterMs = hedgeAfterMs;
  }

  /** Asks, and asks again where that makes sense. The ticket is settled with the first answer. */
  async decide(
    request: Uint8Array | object,
    call: RouterCall,
    { ticket, admission }: LetIn,
  ): Promise<RouterAnswer> {
    const patienceMs = Math.min(
      patienceOf(call, this.#timeoutMs),
      ticket.wish.timeoutMs ?? Infinity,
    );
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

  #first(asked: Asked): Promise<RouterAnswer> {
    return this.#send(asked, 0, (outcome) => asked.ticket.settle(outcome));
  }

  /** A repeat; `undefined` when admission denies it. */
  #again(asked: Asked, attempt: number, slotAtMs?: number): Promise<RouterAnswer> | undefined {
    const { ticket, admission } = asked;
    const { criticality } = ticket;
    const admittedAtMs = this.parts.clock.nowMs();
    const verdict = admission.admit({ criticality, attempt, slotAtMs }, admittedAtMs);
    if (!verdict.admitted) return undefined;
    return this.#send(asked, attempt, (outcome) =>
      admission.settle(outcome, this.parts.clock.nowMs(), { admittedAtMs }),
    );
  }

  /** Sends it, and settles it in any case. */
  async #send(
    { request, call, ticket, deadlineMs }: Asked,
    attempt: number,
    settle: (outcome: SettleOutcome) => void,
  ): Promise<RouterAnswer> {
    const timeoutMs = Math.max(1, deadlineMs - this.parts.clock.nowMs());
    let outcome: SettleOutcome = 'ignored';
    try {
      const answer = await this.port.decide(request, {
        ...call,
        ...ticket.wish,
        attempt: ticket.wish.attempt + attempt,
        timeoutMs,
      });
      outcome = outcomeOfAnswer(answer, timeoutMs);
      return answer;
    } finally {
      settle(outcome);
    }
  }

  /** Waits until the request may be repeated; `undefined`: it is not to be. */
  async #untilRetry(
    answer: RouterAnswer,
    { call, deadlineMs }: Asked,
    retries: number,
  ): Promise<{ readonly slotAtMs: number | undefined } | undefined> {
    if (answer.kind === 'decided') return undefined;
    const nowMs = this.parts.clock.nowMs();
    const planned = planRetry(answer, this.#policy, {
      retries,
      leftMs: deadlineMs - nowMs,
      isKeyed: isKeyed(call),
      random: this.parts.random(),
    });
    if (planned === undefined || !(await this.#waits.begin(planned.delayMs).over)) return undefined;
    return { slotAtMs: planned.isSlot ? nowMs + planned.delayMs : undefined };
  }

  #isHedged({ call }: Asked): boolean {
    return this.#hedgeAfterMs !== undefined && isKeyed(call);
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

/** Whether the router knows a repeat by its key. */
function isKeyed({ idempotencyKey }: RouterCall): boolean {
  return idempotencyKey !== undefined && idempotencyKey !== '';
}
