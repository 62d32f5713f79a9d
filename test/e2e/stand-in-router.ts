import { loadPackageDefinition, Server, ServerCredentials } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { PROTO_LOADER_OPTIONS, PROTO_PATH } from '@beamline/contracts';
import { notificationSubjectOf, OVERLOAD_HEADERS, SUBJECTS } from '@beamline/contracts/core';
import { startTestNats, type TestNats } from '@beamline/testing';
import { connect, headers, type Msg, type NatsConnection } from '@nats-io/transport-node';

const DECISION = '{"ok":true,"decision":{"provider_id":"openai"}}';
const REFUSAL = '{"ok":false,"error":{"code":"service_overloaded","message":"full","details":{}}}';

/** What stands in for a router: it decides for `openai` over NATS and gRPC, and says of its load what it is told to. */
export class StandInRouter {
  /** Whether it refuses everything that comes over NATS. */
  isFull = false;
  #pushed = 0;

  private constructor(
    private readonly nats: TestNats,
    private readonly connection: NatsConnection,
    private readonly server: Server,
    readonly grpcAddress: string,
  ) {}

  static async start(): Promise<StandInRouter> {
    const nats = await startTestNats();
    const connection = await connect({ servers: nats.url });
    const server = new Server();
    const loaded: any = loadPackageDefinition(loadSync(PROTO_PATH, PROTO_LOADER_OPTIONS));
    server.addService(loaded.beamline.flow.v1.Router.service, {
      Decide: (_call: unknown, answer: (error: null, decision: object) => void) =>
        answer(null, { provider_id: 'openai', reason: 'weighted' }),
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    const router = new StandInRouter(nats, connection, server, `127.0.0.1:${port}`);
    connection.subscribe(SUBJECTS.decide, {
      callback: (_error, message) => router.#answer(message),
    });
    await connection.flush();
    return router;
  }

  #answer(message: Msg): void {
    const told = headers();
    if (this.isFull) told.set(OVERLOAD_HEADERS.retryAfterMs, '60000');
    message.respond(this.isFull ? REFUSAL : DECISION, { headers: told });
  }

  get natsUrl(): string {
    return this.nats.url;
  }

  /** Pushes its load to all gateways. */
  async push(load: Record<string, unknown>): Promise<void> {
    this.#pushed += 1;
    const facts = { epoch: 1, seq: this.#pushed, ttl_ms: 60_000, ...load };
    const subject = notificationSubjectOf(SUBJECTS.decide);
    this.connection.publish(subject, JSON.stringify(aNotification(facts)));
    await this.connection.flush();
  }

  async stop(): Promise<void> {
    this.server.forceShutdown();
    await this.connection.close();
    await this.nats.stop();
  }
}

/** A notification of a calm router, but for `facts`. */
export const aNotification = (facts: Record<string, unknown>) => ({
  type: 'backpressure_status',
  status: 'inactive',
  effective_status: 'inactive',
  subject: SUBJECTS.decide,
  metrics: {},
  timestamp: Date.now(),
  retry_after_seconds: 0,
  credit: null,
  ...facts,
});
