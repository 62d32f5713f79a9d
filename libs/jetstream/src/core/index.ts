// Facts for observers
export type { IntakeEvent, IntakeStatus, NakReason } from './intake.events.js';
export type { NatsEvent, NatsFailure } from './nats.events.js';

// What the connected server guarantees
export type { DurabilityFacts } from './durability.js';

// Handing messages back
export { type NextDelivery, nextDelivery, type RedeliveryInput } from './redelivery.js';

// Connecting again
export type { ReconnectPace } from './reconnect-delay.js';

// Following a bucket
export type { BucketState } from './bucket-state.js';

// Wanting streams, consumers and buckets
export type { BucketSpec, ConsumerSpec, ProvisionSpecs, StreamSpec } from './stream-spec.js';
export type { StreamConfigPart } from './stream-config.js';
export type { StreamChange } from './plan-stream.js';
