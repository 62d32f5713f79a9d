import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';
import { planStream, type StreamChange } from '../core/plan-stream.js';
import { bucketConfigOf, type StreamConfigPart, streamConfigOf } from '../core/stream-config.js';
import type { ConsumerSpec, ProvisionSpecs } from '../core/stream-spec.js';

/** What exists on the server cannot serve as wanted, and changing it would lose what it holds. */
export class IncompatibleStreamError extends Error {
  override readonly name = 'IncompatibleStreamError';

  constructor(readonly problems: readonly string[]) {
    super(
      `${problems.join('; ')}. Rename it in the configuration, or move its messages and delete it`,
    );
  }
}

const STREAM_NOT_FOUND = 10059;
/** Another replica made it in the same moment. */
const STREAM_NAME_IN_USE = 10058;
const REQUEST_TIMEOUT_MS = 5_000;

/**
 * Makes streams, consumers and buckets exist as wanted. Repeating it changes nothing; it deletes nothing, ever.
 * @param onCreated Told of each stream and bucket that was made, at once: what follows may fail.
 * @returns What it did, for the log.
 * @throws IncompatibleStreamError when something of that name exists that cannot serve. Nothing was changed then.
 */
export async function provision(
  connection: NatsConnection,
  specs: ProvisionSpecs,
  onCreated: (name: string) => void = () => undefined,
): Promise<readonly StreamChange[]> {
  const manager = await jetstreamManager(connection, { timeout: REQUEST_TIMEOUT_MS });
  const wanted = [
    ...(specs.streams ?? []).map(streamConfigOf),
    ...(specs.buckets ?? []).map(bucketConfigOf),
  ];
  const plan = await Promise.all(
    wanted.map(async (want) => planStream(want, await existing(manager, want.name))),
  );
  const problems = plan.flatMap((change) => (change.kind === 'refuse' ? change.problems : []));
  if (problems.length > 0) throw new IncompatibleStreamError(problems);
  for (const change of plan) {
    await apply(manager, change);
    if (change.kind === 'create') onCreated(change.config.name);
  }
  for (const spec of specs.consumers ?? []) await ensureConsumer(manager, spec);
  return plan;
}

async function existing(
  manager: JetStreamManager,
  name: string,
): Promise<StreamConfigPart | undefined> {
  try {
    const { config } = await manager.streams.info(name);
    return fromServer(config);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === STREAM_NOT_FOUND) return undefined;
    throw error;
  }
}

async function apply(manager: JetStreamManager, change: StreamChange): Promise<void> {
  if (change.kind === 'update') {
    await manager.streams.update(change.name, toServer(change.changes));
  } else if (change.kind === 'create') {
    await manager.streams
      .add({ ...toServer(change.config), name: change.config.name })
      .catch((error: unknown) => {
        if (!(error instanceof JetStreamApiError) || error.code !== STREAM_NAME_IN_USE) throw error;
      });
  }
}

async function ensureConsumer(manager: JetStreamManager, spec: ConsumerSpec): Promise<void> {
  await manager.consumers.add(spec.stream, {
    durable_name: spec.durable,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(spec.ackWaitMs ?? 30_000),
    max_ack_pending: spec.maxAckPending ?? 1_000,
    max_deliver: spec.maxDeliver ?? -1,
    ...(spec.filterSubject === undefined ? {} : { filter_subject: spec.filterSubject }),
  });
}

const RETENTION = {
  limits: RetentionPolicy.Limits,
  interest: RetentionPolicy.Interest,
  workqueue: RetentionPolicy.Workqueue,
} as const;
const STORAGE = { file: StorageType.File, memory: StorageType.Memory } as const;
const DISCARD = { old: DiscardPolicy.Old, new: DiscardPolicy.New } as const;

function toServer(part: Partial<StreamConfigPart>): Partial<StreamConfig> {
  const { retention, storage, discard, subjects, ...same } = part;
  return {
    ...same,
    ...(subjects === undefined ? {} : { subjects: [...subjects] }),
    ...(retention === undefined ? {} : { retention: RETENTION[retention] }),
    ...(storage === undefined ? {} : { storage: STORAGE[storage] }),
    ...(discard === undefined ? {} : { discard: DISCARD[discard] }),
  };
}

function fromServer(config: StreamConfig): StreamConfigPart {
  return {
    name: config.name,
    subjects: config.subjects ?? [],
    retention: config.retention,
    storage: config.storage,
    num_replicas: config.num_replicas,
    max_age: config.max_age,
    max_bytes: config.max_bytes,
    max_msgs: config.max_msgs,
    max_msg_size: config.max_msg_size ?? -1,
    max_msgs_per_subject: config.max_msgs_per_subject,
    discard: config.discard,
    duplicate_window: config.duplicate_window,
    allow_rollup_hdrs: config.allow_rollup_hdrs,
    deny_delete: config.deny_delete,
    allow_direct: config.allow_direct,
  };
}
