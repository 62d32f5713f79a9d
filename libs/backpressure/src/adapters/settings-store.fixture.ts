import type { NatsParts } from '@beamline/testing';
import { Kvm } from '@nats-io/kv';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OverloadEvent } from '../core/index.js';
import { SettingsStore, type SettingsStoreOptions } from './settings-store.js';

/** A settings store in step with its bucket, and other ways to the same bucket. */
export async function aSettingsStore(
  parts: NatsParts,
  options: SettingsStoreOptions = {},
  url?: string,
) {
  const bucket = options.bucket ?? parts.name('bucket');
  const link = parts.link(url);
  const connection = await link.ready;
  const events: OverloadEvent[] = [];
  const store = new SettingsStore({
    auditEveryMs: 100,
    observe: (event) => void events.push(event),
    ...options,
    bucket,
  });
  parts.onEnd(() => store.stop());
  store.start(link);
  while (store.state !== 'synced') await sleep(5);
  const kv = await new Kvm(connection).open(bucket);
  return { store, bucket, kv, events, manager: await parts.manager(url) };
}

/** Settings with this threshold of waiting messages, and others. */
export function queue(threshold: number, others: object = {}): object {
  return { thresholds: { queue_overload: threshold, ...others } };
}
