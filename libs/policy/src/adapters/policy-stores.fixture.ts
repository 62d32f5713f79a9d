import { Kvm } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NatsSource } from '@beamline/jetstream';
import { PolicyStore } from './policy-store.js';
import type { PolicyStoreOptions } from './policy-store-options.js';

/** A NATS that is never reached. */
export const NO_NATS: NatsSource = {
  ready: new Promise(() => undefined),
  connection: undefined,
  isConnected: false,
};

/** Policy stores, connections and folders of one spec file, and their end. */
export class PolicyStores {
  readonly #ends: (() => Promise<void> | void)[] = [];
  #buckets = 0;

  /** @param url Asked for when a store is to be connected: the server starts after the spec file was read. */
  constructor(private readonly url: () => string) {}

  /** To be called after each test. */
  async end(): Promise<void> {
    for (const end of this.#ends.splice(0).toReversed()) await end();
  }

  bucket(): string {
    this.#buckets += 1;
    return `bucket-${this.#buckets}`;
  }

  store(options: PolicyStoreOptions = {}): PolicyStore {
    const store = new PolicyStore({ auditEveryMs: 100, ...options });
    this.#ends.push(() => store.stop());
    return store;
  }

  /** A store in step with its bucket, and another way to the same bucket. */
  async connected(options: PolicyStoreOptions = {}) {
    const bucket = options.bucket ?? this.bucket();
    const { source, connection } = await this.source();
    const store = this.store({ ...options, bucket });
    await store.start(source);
    while (store.state.bucket !== 'synced') await sleep(5);
    return { store, connection, bucket, kv: await new Kvm(connection).open(bucket) };
  }

  async synced(options: PolicyStoreOptions = {}): Promise<PolicyStore> {
    return (await this.connected(options)).store;
  }

  async source(url: string = this.url()) {
    const { source, connection } = await aNatsSource(url);
    this.#ends.push(() => connection.close());
    return { source, connection };
  }

  /** A folder with a policy per file: the given parts over a valid document, or the given text as it is. */
  folder(files: Readonly<Record<string, object | string>>): string {
    const dir = mkdtempSync(join(tmpdir(), 'beamline-seeds-'));
    this.#ends.push(() => rmSync(dir, { recursive: true, force: true }));
    for (const [name, content] of Object.entries(files)) {
      const file = join(dir, name);
      mkdirSync(dirname(file), { recursive: true });
      const document = { providers: [{ name: 'openai', weight: 100 }] };
      const text =
        typeof content === 'string' ? content : JSON.stringify({ ...document, ...content });
      writeFileSync(file, text);
    }
    return dir;
  }
}

/** A connection that outlives its server, as the stores see it. */
export async function aNatsSource(url: string) {
  const connection = await connect({
    servers: url,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 50,
  });
  let isConnected = true;
  void follow(connection, (now) => {
    isConnected = now;
  });
  const source: NatsSource = {
    connection,
    ready: Promise.resolve(connection),
    get isConnected() {
      return isConnected;
    },
  };
  return { source, connection };
}

async function follow(connection: NatsConnection, tell: (isConnected: boolean) => void) {
  for await (const { type } of connection.status()) {
    if (type === 'disconnect') tell(false);
    if (type === 'reconnect') tell(true);
  }
}

/** The policy `chat` of `acme`, all to `openai`, with the given parts over it. */
export function aPolicy(parts: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    tenant_id: 'acme',
    policy_id: 'chat',
    providers: [{ name: 'openai', weight: 100 }],
    ...parts,
  };
}

/** Ids of the providers of the policy in force; empty when there is none. */
export function providersOf(
  store: PolicyStore,
  tenantId: string,
  policyId: string | undefined,
): readonly string[] {
  const found = store.find(tenantId, policyId);
  return found.ok ? found.policy.providers.ids : [];
}
