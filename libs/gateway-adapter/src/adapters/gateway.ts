import { SUBJECT_PATTERN, SUBJECTS, RefusalWriter } from '@beamline/contracts/core';
import { type Clock, monotonicClock, type Observer } from '@beamline/kernel';
import type { HttpHeaders } from '../core/check-headers.js';
import { GatewayAdmission } from '../core/gateway-admission.js';
import type { GatewayView } from '../core/gateway-admission-types.js';
import type { GatewayEvent } from '../core/gateway.events.js';
import { type HttpAnswer, toHttpAnswer } from '../core/http-answer.js';
import { inRange, oneOf } from '../core/in-range.js';
import type { RouterAnswer } from '../core/router-answer.js';
import type {
  DecideCall,
  DecideOutcome,
  Gateway,
  GatewayOptions,
  RouterPort,
  SubjectGate,
} from './gateway-types.js';
import { natsSourceOf } from './nats-source.js';
import { NotificationInbox } from './notification-inbox.js';
import { pooledRandom } from './random-number.js';
import { RequestReader } from './request-reader.js';
import { RetryingClient } from './retrying-client.js';
import type { RouterCall } from './router-call.js';
import { RouterClient } from './router-client.js';
import { StatusClient } from './status-client.js';
import { SubjectDoor } from './subject-door.js';

const MAX_SUBJECT_LENGTH = 1023;
const DEFAULT_MAX_SUBJECTS = 100;

/**
 * Makes a gateway that knows the router's load: `createGateway({ nats })`, then `start()`.
 * @throws RangeError when an option is out of range.
 */
export function createGateway(options: GatewayOptions): Gateway {
  return new LoadAwareGateway(options);
}

class LoadAwareGateway implements Gateway {
  readonly #doors = new Map<string, SubjectDoor>();
  readonly #listeners = new Set<Observer<GatewayEvent>>();
  readonly #reader = new RequestReader();
  readonly #subject: string;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #timeoutMs: number;
  readonly #checked: ReturnType<typeof checked>;
  readonly router: RouterClient;
  readonly #port: RouterPort;
  readonly #status: StatusClient;
  readonly #inbox: NotificationInbox;
  readonly #decides: RetryingClient;
  #hasWarned = false;

  constructor(private readonly options: GatewayOptions) {
    this.#subject = options.subject ?? SUBJECTS.decide;
    this.#clock = options.clock ?? monotonicClock;
    this.#random = options.random ?? pooledRandom();
    const observe: Observer<GatewayEvent> = (event) => this.#tell(event);
    const parts = { clock: this.#clock, random: this.#random, observe };
    this.#checked = checked(options);
    const nats = natsSourceOf(options.nats);
    const asking = { decideSubject: this.#subject, ...options.router };
    this.router = new RouterClient(nats, asking, observe);
    this.#port = options.routerPort ?? this.router;
    this.#port.reportTo?.(observe);
    this.#status = new StatusClient(nats, options.status ?? {}, parts);
    this.#inbox = new NotificationInbox(options.webhook, {
      reader: this.#reader,
      deliver: (load) => this.#status.deliver(load, 'webhook'),
      observe,
    });
    this.#timeoutMs = timeoutOf(options);
    const retries = { ...options.retries, timeoutMs: this.#timeoutMs };
    this.#decides = new RetryingClient(this.#port, retries, parts);
    this.admission();
  }

  start(): void {
    this.router.listen();
    this.#status.start();
  }

  async stop(): Promise<void> {
    this.#status.stop();
    this.#decides.stop();
    await Promise.all([this.#port.close(), this.router.close()]);
  }

  admission(subject: string = this.#subject): SubjectGate {
    return this.#door(subject);
  }

  view(subject: string = this.#subject): GatewayView {
    const door = this.#doors.get(subject);
    if (door !== undefined) return door.view();
    return new GatewayAdmission(this.options.admission, this.#random).view(this.#clock.nowMs());
  }

  status(subject: string = this.#subject): Promise<Readonly<Record<string, unknown>> | undefined> {
    return this.#status.ask(subject);
  }

  async decide(request: Uint8Array | object, call: DecideCall): Promise<DecideOutcome> {
    const { ticket, ...routerCall } = call;
    const door = this.#door(ticket?.subject ?? this.#subject);
    const entry = ticket ? { admitted: true as const, ticket } : door.admit(routerCall);
    if (!entry.admitted) return { kind: 'shed', refusal: entry.refusal };
    return this.#decides.decide(request, routerCall, {
      ticket: entry.ticket,
      admission: door.admission,
    });
  }

  getDecision(messageId: string, call: RouterCall): Promise<RouterAnswer> {
    return this.router.getDecision(messageId, call);
  }

  answer(outcome: DecideOutcome, headers: HttpHeaders = {}): HttpAnswer {
    if (outcome.kind === 'shed') return outcome.refusal.http(headers);
    return toHttpAnswer(outcome, this.#reader.contextOf(headers), this.#checked.refusalStatus);
  }

  receive(headers: HttpHeaders, body: Uint8Array | undefined): HttpAnswer {
    return this.#inbox.receive(headers, body);
  }

  onEvent(listener: Observer<GatewayEvent>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #door(subject: string): SubjectDoor {
    const known = this.#doors.get(subject);
    if (known !== undefined) return known;
    checkSubject(subject);
    const { maxSubjects } = this.#checked;
    if (this.#doors.size >= maxSubjects) {
      throw new RangeError(`a gateway follows at most ${maxSubjects} subjects: maxSubjects`);
    }
    const door = this.#newDoor(subject);
    this.#doors.set(subject, door);
    this.#status.follow(subject, door.admission);
    return door;
  }

  #newDoor(subject: string): SubjectDoor {
    const { admission, mayRaise } = this.options;
    const { refusalStatus, refusalBody: body } = this.#checked;
    const observe: Observer<GatewayEvent> = (event) => this.#tell(event);
    return new SubjectDoor(subject, {
      admission: new GatewayAdmission({ ...admission, observe }, this.#random),
      style: {
        writer: new RefusalWriter(subject, refusalStatus),
        reader: this.#reader,
        body,
      },
      mayRaise: mayRaise ?? (() => false),
      maxTimeoutMs: this.#timeoutMs,
      clock: this.#clock,
    });
  }

  #tell(event: GatewayEvent): void {
    const { observe } = this.options;
    if (observe !== undefined) this.#call(observe, event);
    for (const listener of this.#listeners) this.#call(listener, event);
  }

  /** A listener that throws harms neither the request at hand nor the other listeners. */
  #call(listener: Observer<GatewayEvent>, event: GatewayEvent): void {
    try {
      listener(event);
    } catch (error) {
      if (this.#hasWarned) return;
      this.#hasWarned = true;
      process.emitWarning(
        `a listener to ${event.type} threw, which is told once: ${String(error)}`,
      );
    }
  }
}

/** Options that nobody else checks. @throws RangeError when one is out of range. */
function checked({
  maxSubjects = DEFAULT_MAX_SUBJECTS,
  refusalStatus = 429,
  refusalBody = 'error',
}: GatewayOptions) {
  return {
    maxSubjects: inRange('Gateway maxSubjects', maxSubjects, 1),
    refusalStatus: oneOf('Gateway refusalStatus', refusalStatus, [429, 503]),
    refusalBody: oneOf('Gateway refusalBody', refusalBody, ['error', 'problem']),
  };
}

/** How long a request may take, unless its call says. */
function timeoutOf({ retries, router }: GatewayOptions): number {
  return retries?.timeoutMs ?? router?.timeoutMs ?? 5000;
}

function checkSubject(subject: string): void {
  if (subject.length <= MAX_SUBJECT_LENGTH && SUBJECT_PATTERN.test(subject)) return;
  const shown = JSON.stringify(subject.slice(0, 64));
  const rule = `1 to ${MAX_SUBJECT_LENGTH} characters: tokens joined by dots, without spaces and wildcards`;
  throw new RangeError(`a subject must have ${rule} (got ${shown})`);
}
