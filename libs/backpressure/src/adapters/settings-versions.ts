import { readJson } from '@beamline/contracts/core';
import type { BucketClient, BucketVersion } from '@beamline/jetstream';
import { keyOf } from './backpressure-bucket.js';
import { MAX_SETTINGS_BYTES } from './settings-book.js';

/** A version of a settings document that the bucket still keeps. */
export interface SettingsVersion {
  readonly revision: number;
  /** Unix milliseconds. */
  readonly atMs: number;
  /** `undefined`: the settings were taken back, or what was written is no JSON. */
  readonly document: unknown;
}

/** All versions of a document that the bucket keeps, the newest first; `undefined` when it cannot be asked. */
export async function versionsOf(
  client: Pick<BucketClient, 'history'>,
  name: string,
): Promise<readonly SettingsVersion[] | undefined> {
  const versions = await client.history(keyOf('settings', name)).catch(() => undefined);
  return versions?.map(toVersion).toReversed();
}

function toVersion({ revision, createdAtMs: atMs, value }: BucketVersion): SettingsVersion {
  const json = value && readJson(value, MAX_SETTINGS_BYTES);
  return { revision, atMs, document: json?.ok ? json.value : undefined };
}
