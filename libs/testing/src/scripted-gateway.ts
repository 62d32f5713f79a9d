import type {
  EntryRequest,
  Gateway,
  GatewayEntry,
  GatewayRefusal,
  HttpAnswer,
  HttpHeaders,
  SubjectGate,
} from '@beamline/gateway-adapter';

/** A gateway that lets requests in or refuses them as a test tells it to, and remembers what it was asked. */
export class ScriptedGateway implements Pick<Gateway, 'admission' | 'receive' | 'start' | 'stop'> {
  readonly entered: { readonly subject: string; readonly headers: HttpHeaders }[] = [];
  /** What tickets were settled with. */
  readonly settled: string[] = [];
  readonly received: Uint8Array[] = [];
  isStarted = false;
  #refuses = false;

  /** Refuses from now on. */
  refuse(): void {
    this.#refuses = true;
  }

  /** Lets everything in from now on. */
  admitAgain(): void {
    this.#refuses = false;
  }

  start(): void {
    this.isStarted = true;
  }

  stop(): Promise<void> {
    this.isStarted = false;
    return Promise.resolve();
  }

  admission(subject = 'router.default'): SubjectGate {
    return {
      subject,
      enter: (headers) => this.#enter(subject, headers),
      admit: (_request?: EntryRequest) => this.#enter(subject, {}),
      look: () => undefined,
      view: () => {
        throw new Error('a scripted gateway knows no load');
      },
    };
  }

  receive(_headers: HttpHeaders, body: Uint8Array | undefined): HttpAnswer {
    if (body !== undefined) this.received.push(body);
    return { status: body === undefined ? 400 : 204, headers: { 'x-trace-id': 't-1' }, body: '' };
  }

  #enter(subject: string, headers: HttpHeaders): GatewayEntry {
    this.entered.push({ subject, headers });
    if (this.#refuses) return { admitted: false, refusal: aGatewayRefusal(subject) };
    let isSettled = false;
    return {
      admitted: true,
      ticket: {
        subject,
        criticality: 'default',
        wish: { criticality: 'default', attempt: 0, timeoutMs: undefined },
        get isSettled() {
          return isSettled;
        },
        settle: (outcome) => {
          if (isSettled) return;
          isSettled = true;
          this.settled.push(outcome);
        },
      },
    };
  }
}

/** A refusal for want of credit, to come back in 2.001 seconds. */
function aGatewayRefusal(subject: string): GatewayRefusal {
  const body = JSON.stringify({ ok: false, error: { code: 'service_overloaded' } });
  return {
    subject,
    criticality: 'default',
    verdict: {
      admitted: false,
      reason: 'credit',
      status: 'active',
      retryAfterMs: 2001,
      retryable: true,
    },
    http: () => ({
      status: 429,
      headers: { 'content-type': 'application/json; charset=utf-8', 'retry-after': '3' },
      body,
    }),
    grpc: () => ({
      code: 8,
      details: 'the router takes no more now',
      metadata: {
        'grpc-retry-pushback-ms': '2001',
        'grpc-status-details-bin': Buffer.from([8, 8]),
      },
    }),
    nats: () => ({ body, headers: { 'Retry-After-Ms': '2001' } }),
  };
}
