import { type ConsumerConfig, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { CONSUMERS, STREAMS } from '@beamline/contracts/core';

/** Names of the stream that the bare worker consumes. */
export const BARE = {
  stream: 'bench-bare-stream',
  consumer: 'bench-bare-consumer',
  subject: 'bench.bare.decide.async',
} as const;

/** A consumer's settings without what ties it to its stream and name. */
function withoutAddresses(config: ConsumerConfig): Partial<ConsumerConfig> {
  const settings: Partial<ConsumerConfig> = { ...config };
  delete settings.name;
  delete settings.filter_subject;
  delete settings.filter_subjects;
  return settings;
}

/** Makes a second stream and consumer with exactly the settings of the router's own, under other names and another subject. */
export async function copyRouterStream(url: string): Promise<void> {
  const nc = await connect({ servers: url, name: 'bench-setup' });
  try {
    const manager = await jetstreamManager(nc);
    const stream = await manager.streams.info(STREAMS.router);
    await manager.streams.add({ ...stream.config, name: BARE.stream, subjects: [BARE.subject] });
    const { config } = await manager.consumers.info(STREAMS.router, CONSUMERS.decide);
    await manager.consumers.add(BARE.stream, {
      ...withoutAddresses(config),
      durable_name: BARE.consumer,
    });
  } finally {
    await nc.close();
  }
}
