import { monotonicClock } from '@beamline/kernel';
import { eventually } from '@beamline/testing';
import type {
  GatewayRequest,
  GatewayVerdict,
  SettleOutcome,
} from '../core/gateway-admission-types.js';
import type { RouterAnswer } from '../core/router-answer.js';
import type { CallerWish } from './caller-wish.js';
import { RetryingClient, type RetryingClientOptions } from './retrying-client.js';
import type { RouterCall } from './router-call.js';

const CALL: RouterCall = { tenantId: 'acme' };
const DECIDED: RouterAnswer = { kind: 'decided', body: new Uint8Array() };
const NOBODY: RouterAnswer = { kind: 'unavailable', reason: 'no_responders' };
const TIMEOUT: RouterAnswer = { kind: 'unavailable', reason: 'timeout' };
const TOO_LARGE: RouterAnswer = { kind: 'unavailable', reason: 'request_too_large' };
const DENIED: GatewayVerdict = {
  admitted: false,
  reason: 'retry_budget',
  status: 'active',
  retryAfterMs: 1,
  retryable: true,
};

const refusedFor = (retryAfterMs: number | undefined, retryable = true): RouterAnswer => ({
  kind: 'refused',
  error: {
    code: 'service_overloaded',
    message: '',
    details: {},
    intakeErrorCode: null,
    requestId: undefined,
    retryAfterMs,
    retryable,
  },
});

/** A router that gives its answers in turn, an admission that notes what it is asked, and a ticket. */
class Scene {
  readonly calls: RouterCall[] = [];
  readonly asked: GatewayRequest[] = [];
  readonly settled: [SettleOutcome, string][] = [];
  verdict: GatewayVerdict = { admitted: true };
  readonly #client: RetryingClient;

  constructor(
    private readonly answers: (RouterAnswer | Promise<RouterAnswer>)[],
    options: RetryingClientOptions = {},
  ) {
    const port = {
      decide: async (_request: object, call: RouterCall): Promise<RouterAnswer> => {
        this.calls.push(call);
        return (await this.answers.shift()) ?? NOBODY;
      },
    };
    const parts = { clock: monotonicClock, random: () => 0 };
    this.#client = new RetryingClient(port, options, parts);
  }

  decide(call: Partial<RouterCall> = {}, wish: Partial<CallerWish> = {}) {
    return this.#client.decide(
      {},
      { ...CALL, ...call },
      {
        ticket: {
          subject: 's',
          criticality: wish.criticality ?? 'default',
          wish: { criticality: 'default', attempt: 0, timeoutMs: undefined, ...wish },
          isSettled: false,
          settle: (outcome) => this.settled.push([outcome, 'ticket']),
        },
        admission: {
          admit: (request) => {
            this.asked.push(request);
            return this.verdict;
          },
          settle: (outcome) => void this.settled.push([outcome, 'admission']),
        },
      },
    );
  }

  stop(): void {
    this.#client.stop();
  }
}

describe('a request', () => {
  it('that is decided is asked once', async () => {
    const scene = new Scene([DECIDED]);

    expect(await scene.decide()).toBe(DECIDED);
    expect(scene.calls).toHaveLength(1);
    expect(scene.settled).toEqual([['accepted', 'ticket']]);
  });

  it('takes its class, its attempt, its step and its time with it', async () => {
    const scene = new Scene([DECIDED], { timeoutMs: 90_000 });
    const said = { criticality: 'critical', plus: true, attempt: 2, workflowStep: 3 } as const;

    await scene.decide({}, { ...said, timeoutMs: 60_000 });

    const [call] = scene.calls;
    expect(call).toMatchObject(said);
    expect(call?.timeoutMs).toBeGreaterThan(50_000);
    expect(call?.timeoutMs).toBeLessThanOrEqual(60_000);
  });

  it.each([
    ['what its caller waits', { timeoutMs: 60_000 }, { timeoutMs: 500 }, 500],
    ['what the call says', { timeoutMs: 500 }, { timeoutMs: 60_000 }, 500],
    ['what is set, where neither says a time', { timeoutMs: Number.NaN }, {}, 2_000],
    ['what is set instead of for ever', { timeoutMs: Infinity }, {}, 2_000],
    ['hardly any time where none is left', { timeoutMs: -5 }, {}, 1],
  ])('takes no longer than %s', async (...[, call, wish, mostMs]) => {
    const scene = new Scene([DECIDED], { timeoutMs: 2_000 });

    await scene.decide(call, wish);

    expect(scene.calls[0]?.timeoutMs).toBeLessThanOrEqual(mostMs);
    expect(scene.calls[0]?.timeoutMs).toBeGreaterThan(mostMs - 400);
  });

  it('that meets nobody is sent again, as another attempt in less time', async () => {
    const scene = new Scene([NOBODY, NOBODY, DECIDED]);

    expect(await scene.decide({ timeoutMs: 60_000 })).toBe(DECIDED);
    expect(scene.calls.map(({ attempt }) => attempt)).toEqual([0, 1, 2]);
    expect(scene.asked).toEqual([
      { criticality: 'default', attempt: 1, slotAtMs: undefined },
      { criticality: 'default', attempt: 2, slotAtMs: undefined },
    ]);
    expect(scene.settled.map(([outcome]) => outcome)).toEqual(['failed', 'failed', 'accepted']);
  });

  it('that is refused for load comes back in its slot', async () => {
    const scene = new Scene([refusedFor(30), DECIDED]);
    const startedMs = monotonicClock.nowMs();

    expect(await scene.decide()).toBe(DECIDED);

    const slotAtMs = scene.asked[0]?.slotAtMs ?? 0;
    expect(slotAtMs).toBeGreaterThanOrEqual(startedMs + 30);
    expect(slotAtMs).toBeLessThanOrEqual(monotonicClock.nowMs() + 1);
    expect(scene.settled).toEqual([
      ['refused', 'ticket'],
      ['accepted', 'admission'],
    ]);
  });

  it('is sent as often as it may, and no more', async () => {
    const scene = new Scene([], { maxRetries: 2 });

    expect(await scene.decide()).toBe(NOBODY);
    expect(scene.calls).toHaveLength(3);
  });

  it('is not sent again when admission denies it', async () => {
    const scene = new Scene([NOBODY, DECIDED]);
    scene.verdict = DENIED;

    expect(await scene.decide()).toBe(NOBODY);
    expect(scene.calls).toHaveLength(1);
  });

  it.each([
    ['that timed out', TIMEOUT, 'failed'],
    ['that shall not come back', refusedFor(1, false), 'refused'],
    ['whose refusal names no time', refusedFor(undefined), 'refused'],
    ['whose time lies too far ahead', refusedFor(60_000), 'refused'],
  ])('%s is not sent again', async (...[, answer, outcome]) => {
    const scene = new Scene([answer, DECIDED]);

    expect(await scene.decide()).toBe(answer);
    expect(scene.settled.map(([settled]) => settled)).toEqual([outcome]);
  });

  it.each(['request_too_large', 'in_flight_limit', 'closed'] as const)(
    'that failed here, %s, was not sent, so that no response is taken for the router’s',
    async (reason) => {
      const scene = new Scene([{ kind: 'unavailable', reason }]);

      await scene.decide();

      expect(scene.settled).toEqual([['unsent', 'ticket']]);
    },
  );

  it('that timed out under a caller who hardly waited tells admission nothing', async () => {
    const scene = new Scene([TIMEOUT]);

    await scene.decide({}, { timeoutMs: 50 });

    expect(scene.settled).toEqual([['ignored', 'ticket']]);
  });

  it('is settled in any case', async () => {
    const scene = new Scene([Promise.reject(new TypeError('a bug of the port'))]);

    await expect(scene.decide()).rejects.toThrow('a bug of the port');
    expect(scene.settled).toEqual([['ignored', 'ticket']]);
  });

  it.each([
    ['is sent again with', 'k', 2],
    ['is not sent again without', undefined, 1],
  ])('that was under way when the connection went %s a key', async (...[, key, times]) => {
    const scene = new Scene([{ kind: 'unavailable', reason: 'connection_lost' }, DECIDED]);

    await scene.decide({ idempotencyKey: key });

    expect(scene.calls).toHaveLength(times);
  });

  it('is not sent again when no time would be left', async () => {
    const scene = new Scene([refusedFor(500), DECIDED]);

    expect((await scene.decide({ timeoutMs: 400 })).kind).toBe('refused');
    expect(scene.calls).toHaveLength(1);
  });

  it('does not wait when too many do', async () => {
    const scene = new Scene([refusedFor(5), DECIDED], { maxWaiting: 0 });

    expect((await scene.decide()).kind).toBe('refused');
  });

  it('stops waiting when the gateway stops', async () => {
    const scene = new Scene([refusedFor(60_000), DECIDED], { maxWaitMs: 100_000 });
    const waiting = scene.decide({ timeoutMs: 200_000 });
    await eventually(() => scene.settled.length === 1);

    scene.stop();

    expect((await waiting).kind).toBe('refused');
  });
});

describe('a hedge', () => {
  const never = new Promise<RouterAnswer>(() => undefined);
  const KEYED = { idempotencyKey: 'k' };

  it('is sent when no answer comes, and the first decision counts', async () => {
    const scene = new Scene([never, DECIDED], { hedgeAfterMs: 5 });

    expect(await scene.decide(KEYED)).toBe(DECIDED);
    expect(scene.asked).toMatchObject([{ attempt: 1 }]);
  });

  it('is not sent by default, nor for a request without an idempotency key', async () => {
    const late = (): Promise<RouterAnswer> =>
      new Promise((resolve) => setTimeout(() => resolve(DECIDED), 30));
    const plain = new Scene([late()]);
    const unkeyed = new Scene([late()], { hedgeAfterMs: 1 });

    await plain.decide(KEYED);
    await unkeyed.decide();

    expect([plain.calls.length, unkeyed.calls.length]).toEqual([1, 1]);
  });

  it('is not sent once an answer is there', async () => {
    const scene = new Scene([DECIDED, DECIDED], { hedgeAfterMs: 60_000 });

    expect(await scene.decide(KEYED)).toBe(DECIDED);
    expect(scene.calls).toHaveLength(1);
  });

  it('is not sent when admission denies it: the first answer is waited for', async () => {
    let answer: (answer: RouterAnswer) => void = () => undefined;
    const first = new Promise<RouterAnswer>((resolve) => (answer = resolve));
    const scene = new Scene([first], { hedgeAfterMs: 1 });
    scene.verdict = DENIED;
    const outcome = scene.decide(KEYED);
    await eventually(() => scene.asked.length === 1);

    answer(DECIDED);

    expect(await outcome).toBe(DECIDED);
  });

  it('leaves the first answer when nothing is decided', async () => {
    const slow = new Promise<RouterAnswer>((resolve) => setTimeout(() => resolve(TIMEOUT), 40));
    const scene = new Scene([slow, TOO_LARGE], { hedgeAfterMs: 1, maxRetries: 0 });

    expect(await scene.decide(KEYED)).toBe(TIMEOUT);
  });
});

it.each(['maxRetries', 'maxWaitMs', 'maxWaiting', 'timeoutMs', 'hedgeAfterMs'] as const)(
  'refuses %s -1',
  (name) => {
    expect(() => new Scene([], { [name]: -1 })).toThrow(`RetryingClient ${name} must be ≥`);
  },
);
