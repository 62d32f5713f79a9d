import { loadGatewayConfig } from '@beamline/config';
import { notificationSubjectOf, SUBJECTS } from '@beamline/contracts/core';
import { startTestNats, type TestNats } from '@beamline/testing';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type RunningGateway, startGateway } from './start-gateway.js';

/** Callers of the gateway that specs start. */
export const KEYS = {
  app: { key: 'key-of-app-000001', role: 'user', tenants: ['acme'] },
  dev: { key: 'key-of-dev-000001', role: 'developer' },
  ops: { key: 'key-of-ops-000001', role: 'admin' },
};

/** A decision as the router answers it. */
export const DECISION = {
  ok: true,
  decision: { provider_id: 'p1' },
  context: { request_id: 'r1' },
};

interface Call {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

const PUSH_MS = 20;

/** A gateway on a real nats-server, with a connection that plays the router. */
export class GatewayBench {
  /** What the gateway warned of. */
  readonly warnings: unknown[] = [];
  #nats: TestNats | undefined;
  #router: NatsConnection | undefined;
  #gateway: RunningGateway | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #seq = 0;

  get router(): NatsConnection {
    if (this.#router === undefined) throw new Error('the bench is not open');
    return this.#router;
  }

  async open(): Promise<void> {
    this.#nats ??= await startTestNats();
    this.#router = await connect({ servers: this.#nats.url });
  }

  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    await this.#gateway?.stop();
    this.#gateway = undefined;
    await this.#router?.close();
  }

  async end(): Promise<void> {
    await this.#nats?.stop();
  }

  /** Starts the gateway, and waits until it is connected. */
  async start(env: Record<string, string> = {}): Promise<void> {
    const config = loadGatewayConfig({
      NATS_URL: this.#nats?.url,
      GATEWAY_PORT: '0',
      NATS_RECONNECT_DELAY_MS: '20',
      ...env,
    });
    const logger = {
      log: () => undefined,
      error: () => undefined,
      warn: (message: unknown) => void this.warnings.push(message),
    };
    this.#gateway = await startGateway(config, { logger, observeNats: () => undefined });
    await this.#gateway.connected;
  }

  /** Answers a subject as a router would; `heard` gets what was asked, and the key it came with. */
  serve(
    subject: string,
    reply: unknown,
    heard: (data: unknown, key?: string) => void = () => undefined,
  ): Promise<void> {
    this.router.subscribe(subject, {
      callback: (_error, message) => {
        heard(message.json(), message.headers?.get('x-api-key'));
        message.respond(JSON.stringify(reply));
      },
    });
    return this.router.flush();
  }

  /** Pushes a load as a router does: again and again, so that who begins to listen hears of it. */
  push(changes: object): void {
    clearInterval(this.#heartbeat);
    const subject = notificationSubjectOf(SUBJECTS.decide);
    this.#heartbeat = setInterval(
      () => this.router.publish(subject, JSON.stringify(this.notification(changes))),
      PUSH_MS,
    );
  }

  /** The next notification of the decide subject. */
  notification(changes: object = {}): object {
    this.#seq += 1;
    return {
      type: 'backpressure_status',
      status: 'inactive',
      subject: SUBJECTS.decide,
      metrics: { pending_messages: 0, latency_p95_ms: 0, inflight_messages: 0 },
      timestamp: Date.now(),
      retry_after_seconds: 0,
      effective_status: 'inactive',
      epoch: 1,
      seq: this.#seq,
      ttl_ms: 60_000,
      credit: null,
      ...changes,
    };
  }

  call(path: string, { method = 'GET', headers = {}, body, signal }: Call = {}): Promise<Response> {
    return fetch(`${this.#gateway?.url}${path}`, {
      method,
      signal: signal ?? null,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }

  decide(headers: Record<string, string> = {}): Promise<Response> {
    const task = { type: 'chat', payload: { text: 'hello' } };
    const body = { version: '1', tenant_id: 'acme', request_id: 'r1', task };
    return this.call('/api/v1/routes/decide', { method: 'POST', headers, body });
  }
}
