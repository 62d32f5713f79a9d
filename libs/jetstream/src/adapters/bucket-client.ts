import { jetstream, JetStreamApiCodes } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import { hasJetStreamCode } from './ensure-bucket.js';
import { subjectOfKey } from './mirrored-bucket.js';
import { messageOf } from './nats-failure.js';
import type { NatsSource } from './nats-source.js';

/** How a write to the bucket ended. */
export type BucketWrite =
  | { readonly ok: true; readonly revision: number }
  | {
      readonly ok: false;
      readonly reason: 'conflict' | 'unavailable';
      readonly message: string;
    };

/** One version of a key. */
export interface BucketVersion {
  readonly revision: number;
  readonly createdAtMs: number;
  /** `undefined`: the key was deleted. */
  readonly value: Uint8Array | undefined;
}

const WRONG_SEQUENCE = [
  JetStreamApiCodes.StreamWrongLastSequence,
  JetStreamApiCodes.StreamWrongLastSequenceUnknown,
];

/** Writes to one KV bucket and reads its history. Answers at once when NATS is not there. */
export class BucketClient {
  constructor(
    private readonly bucket: string,
    private readonly source: () => NatsSource | undefined,
  ) {}

  /**
   * Writes a version, or a delete marker where `text` is `undefined`.
   * @param expectedRevision Revision the key must have; 0 = it must never have existed; `undefined` = any.
   */
  async write(
    key: string,
    text: string | undefined,
    expectedRevision: number | undefined,
  ): Promise<BucketWrite> {
    const connection = this.#connection();
    if (connection === undefined) return NOT_CONNECTED;
    const marker = headers();
    if (text === undefined) marker.set('KV-Operation', 'DEL');
    try {
      const ack = await jetstream(connection).publish(subjectOfKey(this.bucket, key), text ?? '', {
        ...(text === undefined ? { headers: marker } : {}),
        ...(expectedRevision === undefined
          ? {}
          : { expect: { lastSubjectSequence: expectedRevision } }),
      });
      return { ok: true, revision: ack.seq };
    } catch (error) {
      return failureOf(error);
    }
  }

  /**
   * Every version of a key that the bucket still keeps, oldest first.
   * @throws Error when NATS is not there or does not answer.
   */
  async history(key: string): Promise<readonly BucketVersion[]> {
    const connection = this.#connection();
    if (connection === undefined) throw new Error(NOT_CONNECTED.message);
    const versions: BucketVersion[] = [];
    for await (const entry of await (await this.#open(connection)).history({ key })) {
      versions.push({
        revision: entry.revision,
        createdAtMs: entry.created.getTime(),
        value: entry.operation === 'PUT' ? entry.value : undefined,
      });
    }
    return versions;
  }

  #connection(): NatsConnection | undefined {
    const source = this.source();
    return source?.isConnected === true ? source.connection : undefined;
  }

  #open(connection: NatsConnection): Promise<KV> {
    return new Kvm(connection).open(this.bucket);
  }
}

const NOT_CONNECTED = {
  ok: false,
  reason: 'unavailable',
  message: 'NATS is not connected',
} as const;

function failureOf(error: unknown): BucketWrite {
  const isConflict = WRONG_SEQUENCE.some((code) => hasJetStreamCode(error, code));
  return { ok: false, reason: isConflict ? 'conflict' : 'unavailable', message: messageOf(error) };
}
