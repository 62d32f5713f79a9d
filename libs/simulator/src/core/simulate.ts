import { creditOf, type OverloadStatus } from '@beamline/backpressure/core';
import { Account } from './account.js';
import {
  TICK_MS,
  type Controller,
  type ControllerParts,
  type CreateController,
  type Verdict,
} from './controller.js';
import type { CreateGate, Gate, RouterNews } from './gate.js';
import { Gateways } from './gateways.js';
import { Newscast } from './newscast.js';
import { Plant } from './plant.js';
import { pickByShare, type Random, randomStreams } from './random.js';
import type { Scenario } from './scenario.js';
import { type SimulatedRequest, Traffic } from './traffic.js';
import { VirtualTime } from './virtual-time.js';

/** Who protects the plant. */
export interface Protection {
  readonly create: CreateController;
  /** Of each gateway. Default: callers send everything. */
  readonly gate?: CreateGate | undefined;
}

interface Router {
  readonly controller: Controller;
  readonly share: number;
  inflight: number;
  alive: boolean;
}

/** Who a request comes through. */
interface Way {
  readonly gate: Gate | undefined;
  readonly router: Router;
}

/** First delay of a client that is not told when to come back; doubles with every retry, and is drawn from 0 to that. */
const BACKOFF_MS = 1000;
const KEEP = (): boolean => true;
const UNTOLD = { retryAfterMs: undefined, retryable: true };
const SEVERITY: readonly OverloadStatus[] = ['inactive', 'warning', 'active'];

/**
 * Lets a scenario happen before a plant that somebody protects, and tells what came of it. The same scenario, protection and seed give the
 * same account, to the last digit.
 *
 * @param scenario - who asks for how much, and what the plant can do
 * @param protection - ours (`beamline`) or a peer's formula
 * @param seed - any whole number. Different protections meet the same arrivals and service times under the same seed
 * @throws RangeError for a scenario without phases or without routers
 */
export function simulate(scenario: Scenario, protection: Protection, seed = 1): Account {
  const run = new Run(scenario, protection, seed);
  return run.toEnd();
}

class Run {
  readonly #time = new VirtualTime();
  readonly #account: Account;
  readonly #plant: Plant;
  readonly #traffic: Traffic;
  readonly #routers: readonly Router[];
  readonly #gateways: Gateways | undefined;
  readonly #newscast: Newscast | undefined;
  readonly #clients: Random;

  constructor(scenario: Scenario, { create, gate }: Protection, seed: number) {
    const random = randomStreams(seed);
    const parts: ControllerParts = { clock: this.#time, random: random.control };
    this.#clients = random.clients;
    this.#account = new Account(scenario);
    this.#traffic = new Traffic(this.#time, this.#account, random, (request) => {
      this.#account.offered(this.#time.nowMs(), request);
      this.#attempt(request);
    });
    const slowdown = (): number => this.#traffic.phaseAt(this.#time.nowMs()).slowdown ?? 1;
    this.#plant = new Plant(this.#time, scenario.slots, slowdown);
    this.#routers = scenario.replicas.map((share) => ({
      controller: create(parts),
      share,
      inflight: 0,
      alive: true,
    }));
    if (!gate) return;
    const { gateways } = scenario;
    this.#gateways = new Gateways(gateways.shares, gate, parts);
    this.#newscast = new Newscast(this.#time, gateways, this.#gateways.gates, () =>
      loadOf(this.#routers.filter(({ alive }) => alive)),
    );
  }

  toEnd(): Account {
    const { lostReplica } = this.#account.scenario;
    if (lostReplica) this.#time.after(lostReplica.atMs, () => this.#lose(lostReplica.index));
    this.#tick();
    this.#newscast?.start();
    this.#traffic.start();
    this.#time.runUntil(this.#account.endMs);
    return this.#account;
  }

  #lose(index: number): void {
    const router = this.#routers[index];
    if (router) router.alive = false;
  }

  #tick(): void {
    const { waiting, utilisation } = this.#plant;
    for (const { controller, inflight } of this.#routers) {
      const load = { waiting, inflight, utilisation };
      this.#later(() => controller.tick?.(load));
    }
    this.#newscast?.tick();
    this.#note();
    this.#time.after(TICK_MS, () => this.#tick());
  }

  #note(): void {
    const statuses = this.#routers[0]?.controller.statuses?.();
    const slice = this.#account.at(this.#time.nowMs());
    slice.reported = statuses?.reported;
    slice.effective = statuses?.effective;
  }

  /** After the time that signals take. */
  #later(run: () => void): void {
    const { signalDelayMs } = this.#account.scenario;
    if (signalDelayMs > 0) this.#time.after(signalDelayMs, run);
    else run();
  }

  #attempt(request: SimulatedRequest): void {
    const nowMs = this.#time.nowMs();
    this.#account.at(nowMs).attempts++;
    const gateway = this.#gateways?.of(request.gatewayDraw);
    if (!gateway) return this.#send(request, undefined);
    const answer = gateway.gate.admit(request);
    if (answer.admitted) return this.#send(request, gateway.gate);
    this.#account.heldBack(nowMs, gateway.index);
    this.#comeBack(request, answer);
  }

  #send(request: SimulatedRequest, gate: Gate | undefined): void {
    const nowMs = this.#time.nowMs();
    const router = this.#routerOf(request);
    const { criticality, tenantId } = request;
    const verdict = router.controller.admit({
      criticality,
      tenantId,
      deadlineLeftMs: this.#account.scenario.clients.deadlineMs,
    });
    if (verdict.admitted) return this.#work(request, { gate, router }, verdict.settle);
    const { retryAfterMs } = verdict;
    gate?.learn({ outcome: 'refused', criticality, admittedAtMs: nowMs, retryAfterMs });
    this.#account.refused(nowMs);
    this.#newscast?.noteRefusal();
    this.#plant.addChores(this.#account.scenario.refusalCostMs);
    this.#comeBack(request, verdict);
  }

  #routerOf({ routerDraw }: SimulatedRequest): Router {
    if (this.#routers.length === 1 && this.#routers[0]) return this.#routers[0];
    const shares = this.#routers.map(
      (router) => [router, router.alive ? router.share : 0] as const,
    );
    return pickByShare(shares, routerDraw);
  }

  #work(
    request: SimulatedRequest,
    { gate, router }: Way,
    settle: Extract<Verdict, { admitted: true }>['settle'],
  ): void {
    const admittedMs = this.#time.nowMs();
    const { criticality } = request;
    router.inflight++;
    this.#plant.submit({
      serviceMs: request.serviceMs,
      keep: router.controller.keep?.bind(router.controller) ?? KEEP,
      dropped: () => {
        router.inflight--;
        this.#account.refused(this.#time.nowMs());
        gate?.learn({ outcome: 'refused', criticality, admittedAtMs: admittedMs });
        this.#later(() => settle(undefined));
        this.#comeBack(request, UNTOLD);
      },
      done: (work) => {
        router.inflight--;
        const nowMs = this.#time.nowMs();
        if (router.alive) this.#account.answered(nowMs, nowMs - admittedMs, request);
        const outcome = router.alive ? 'accepted' : 'failed';
        gate?.learn({ outcome, criticality, admittedAtMs: admittedMs });
        this.#later(() => settle({ ...work, roundTripMs: this.#time.nowMs() - admittedMs }));
      },
    });
  }

  #comeBack(
    request: SimulatedRequest,
    told: { readonly retryAfterMs: number | undefined; readonly retryable: boolean },
  ): void {
    const { maxRetries, hostileDelayMs, hostileRetries } = this.#account.scenario.clients;
    const most = request.isHostile ? hostileRetries : maxRetries;
    if (request.retries >= most || !(told.retryable || request.isHostile)) return;
    const backoffMs = BACKOFF_MS * 2 ** request.retries * this.#clients();
    const delayMs = request.isHostile ? hostileDelayMs : (told.retryAfterMs ?? backoffMs);
    request.retries++;
    this.#time.after(delayMs, () => this.#attempt(request));
  }
}

/** The load of all: the worst status of any, and what they take together. */
function loadOf(routers: readonly Router[]): Omit<RouterNews, 'seq'> {
  const statuses = routers.map(({ controller }) => controller.statuses?.());
  const credits = routers.flatMap(({ controller }) => controller.credit?.() ?? []);
  return {
    reported: worst(statuses.map((status) => status?.reported)),
    effective: worst(statuses.map((status) => status?.effective)),
    credit: creditOf(credits),
  };
}

const worst = (statuses: readonly (OverloadStatus | undefined)[]): OverloadStatus =>
  SEVERITY[Math.max(0, ...statuses.map((status) => (status ? SEVERITY.indexOf(status) : 0)))] ??
  'inactive';
