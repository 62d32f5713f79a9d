import { jetstream } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { BUCKETS, kvKey } from '@beamline/contracts/core';
import { PolicyStore } from '@beamline/policy';
import { eventually } from '@beamline/testing';
import { policyDocument } from './policy-documents.js';

/** Publishes that wait for their acknowledgement at a time. */
const WINDOW = 256;
const LOAD_TIMEOUT_MS = 60_000;

/** A store on a real bucket. */
export interface RunningStore {
  readonly store: PolicyStore;
  readonly nc: NatsConnection;
  stop(): Promise<void>;
}

/** Starts an empty policy store that follows its bucket. */
export async function startStore(url: string, maxPolicies: number): Promise<RunningStore> {
  const nc = await connect({ servers: url, name: 'bench-memory' });
  const store = new PolicyStore({ maxPolicies });
  await store.start({ ready: Promise.resolve(nc), connection: nc, isConnected: true });
  await eventually(() => store.state.loaded, { timeoutMs: LOAD_TIMEOUT_MS });
  const stop = async (): Promise<void> => {
    await store.stop();
    await nc.close();
  };
  return { store, nc, stop };
}

/** Writes `count` policies into the bucket, as any replica would, and waits until the store has them all. */
export async function loadPolicies({ store, nc }: RunningStore, count: number): Promise<void> {
  const js = jetstream(nc);
  for (let start = 0; start < count; start += WINDOW) {
    const batch = Array.from({ length: Math.min(WINDOW, count - start) }, (_, i) => {
      const { key, text } = keyedDocument(start + i);
      return js.publish(`$KV.${BUCKETS.policies}.${key}`, text);
    });
    await Promise.all(batch);
  }
  await eventually(() => store.state.policies === count, {
    timeoutMs: LOAD_TIMEOUT_MS,
    intervalMs: 50,
  });
}

const keyedDocument = (n: number): { readonly key: string; readonly text: string } => ({
  key: kvKey(tenantOf(n), 'chat'),
  text: JSON.stringify(policyDocument(n)),
});

/** Tenant of the n-th document. */
export const tenantOf = (n: number): string => `tenant-${String(n).padStart(6, '0')}`;
