import { kvKey, kvKeyParts, readJson } from '@beamline/contracts/core';
import { BucketClient, type BucketWrite, type NatsSource } from '@beamline/jetstream';
import {
  readRegistration,
  type RegisteredEndpoint,
  registrationDocument,
} from '../core/registered-endpoint.js';
import { endpointIdOf } from './endpoint-id.js';
import type { EndpointVerdict } from './gateway-registry-options.js';

const MAX_ENTRY_BYTES = 16_384;

/** What an entry says, or why it says nothing. */
export type ReadEntry =
  | { readonly ok: true; readonly version: RegisteredEndpoint }
  | { readonly ok: false; readonly problem: string };

/** The newest version of an endpoint's entry. */
export interface StoredEntry {
  readonly revision: number;
  /** `undefined`: it was deleted. */
  readonly read: ReadEntry | undefined;
}

/** Writes and reads entries of the bucket of gateways. */
export class GatewayBucket {
  readonly #client: BucketClient;

  constructor(
    bucket: string,
    source: () => NatsSource | undefined,
    private readonly check: (endpoint: unknown) => EndpointVerdict,
  ) {
    this.#client = new BucketClient(bucket, source);
  }

  /** @param expectedRevision Revision the entry must have, 0 = there must never have been one. */
  async put(
    endpointId: string,
    version: RegisteredEndpoint,
    expectedRevision: number,
  ): Promise<BucketWrite> {
    const text = registrationDocument(endpointId, version);
    return this.#client.write(kvKey(endpointId), text, expectedRevision);
  }

  async delete(endpointId: string): Promise<BucketWrite> {
    return this.#client.write(kvKey(endpointId), undefined, undefined);
  }

  /**
   * The newest version of an entry; `undefined`: there never was one.
   * @throws Error when NATS is not there or does not answer.
   */
  async newest(endpointId: string): Promise<StoredEntry | undefined> {
    const version = (await this.#client.history(kvKey(endpointId))).at(-1);
    if (version === undefined) return undefined;
    const { revision, value } = version;
    return { revision, read: value && this.read(endpointId, value) };
  }

  /** Reads an entry; never throws. */
  read(endpointId: string, value: Uint8Array): ReadEntry {
    const json = readJson(value, MAX_ENTRY_BYTES);
    if (!json.ok) return json;
    const read = readRegistration(json.value);
    if (!read.ok) return read;
    const { registration: version } = read;
    if (endpointIdOf(version.endpoint) !== endpointId) {
      return { ok: false, problem: 'its key must be the id of its endpoint' };
    }
    const verdict = this.check(version.endpoint);
    return verdict.ok ? { ok: true, version } : verdict;
  }
}

/** The id in a key of the bucket; `undefined`: it is no key of ours. */
export function endpointIdIn(key: string): string | undefined {
  const [endpointId, ...more] = kvKeyParts(key) ?? [];
  return more.length > 0 ? undefined : endpointId;
}
