import type { JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import {
  type MirroredBucket,
  incompatibilities,
  streamConfigOf,
  streamOfBucket,
} from './mirrored-bucket.js';

/** An existing bucket has settings that the store must not work with, and that only an operator may change. */
export class IncompatibleBucketError extends Error {
  override readonly name = 'IncompatibleBucketError';

  constructor(
    readonly bucket: string,
    readonly problems: readonly string[],
  ) {
    super(
      `KV bucket ${bucket} exists but cannot be used: ${problems.join('; ')}. ` +
        `Change it with the nats tool, or delete it and it is created anew`,
    );
  }
}

/**
 * Finds the bucket or creates it; never changes or deletes one.
 * @throws IncompatibleBucketError when one of that name exists with unsuitable settings.
 */
export async function ensureBucket(
  jsm: JetStreamManager,
  want: MirroredBucket,
): Promise<StreamInfo> {
  const info = (await findStream(jsm, streamOfBucket(want.name))) ?? (await create(jsm, want));
  const problems = incompatibilities(want, info.config);
  if (problems.length > 0) throw new IncompatibleBucketError(want.name, problems);
  return info;
}

async function findStream(jsm: JetStreamManager, stream: string): Promise<StreamInfo | undefined> {
  try {
    return await jsm.streams.info(stream);
  } catch (error) {
    if (hasJetStreamCode(error, JetStreamApiCodes.StreamNotFound)) return undefined;
    throw error;
  }
}

async function create(jsm: JetStreamManager, want: MirroredBucket): Promise<StreamInfo> {
  try {
    return await jsm.streams.add(streamConfigOf(want));
  } catch (error) {
    // Another replica was faster and wants it a little different: look at what stands there now.
    if (hasJetStreamCode(error, STREAM_NAME_IN_USE))
      return jsm.streams.info(streamOfBucket(want.name));
    throw error;
  }
}

const STREAM_NAME_IN_USE = 10058;

/** Whether an error is the server's answer with this JetStream error code. */
export function hasJetStreamCode(error: unknown, code: number): boolean {
  return error instanceof JetStreamApiError && error.code === code;
}
