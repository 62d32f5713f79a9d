// The connection
export {
  NatsLink,
  type NatsLinkOptions,
  type NatsLinkState,
  type NatsLinkWatcher,
} from './adapters/nats-link.js';
export type { NatsCredentials, NatsTls } from './adapters/nats-auth.js';
export { natsLinkOptionsOf, type NatsSettings } from './adapters/nats-settings.js';

// Serving requests over core NATS
export {
  RequestReplyStrategy,
  type RequestReplyStrategyOptions,
} from './nest/request-reply.strategy.js';
export {
  RequestReplyHandler,
  type RequestReplyHandlerOptions,
} from './nest/request-reply-handler.js';
export type { InboundRequest } from './adapters/inbound-request.js';
export type { Reply } from './adapters/reply.js';

export { type ControllerLookup, plainMethod } from './nest/plain-method.js';

// Serving messages from durable consumers
export { JetStreamStrategy, type JetStreamStrategyOptions } from './nest/jetstream.strategy.js';
export { JetStreamHandler, type JetStreamHandlerTarget } from './nest/jetstream-handler.js';
export type { InboundJetStreamMessage } from './adapters/inbound-jetstream-message.js';

// Asking and listening over core NATS
export { ask, type Asked, type Question } from './adapters/ask.js';
export {
  type HeardMessage,
  listenForEver,
  type StandingSubscription,
} from './adapters/standing-subscription.js';

// How far a durable consumer is
export { askConsumerPosition, type ConsumerPosition } from './adapters/consumer-position.js';

// Publishing into streams
export { AckedPublisher, type AckedPublisherOptions } from './adapters/acked-publisher.js';
export type { PublishHeaderOptions } from './adapters/publish-headers.js';
export type { PubResult } from './adapters/pub-ack.js';
export { toMsgHdrs } from './adapters/reply.js';

// Making streams, consumers and buckets exist
export { provision } from './adapters/provision.js';

// Running a local nats-server
export { findNatsServer, type FindNatsServerOptions } from './adapters/find-nats-server.js';
export {
  type LocalNats,
  type LocalNatsOptions,
  startNatsServer,
} from './adapters/local-nats-server.js';

// A bucket for much writing and little reading
export {
  type BucketAnswer,
  PipelinedBucket,
  type PipelinedBucketOptions,
} from './adapters/pipelined-bucket.js';

// Writing to a bucket and reading its history
export { BucketClient, type BucketVersion, type BucketWrite } from './adapters/bucket-client.js';

// Following a bucket for ever
export {
  type BucketListener,
  BucketMirror,
  type BucketMirrorOptions,
  type ReadingMode,
} from './adapters/bucket-mirror.js';
export type { BucketEntry } from './adapters/bucket-entry.js';
export {
  type BucketStorageOptions,
  type MirroredBucket,
  streamOfBucket,
  subjectOfKey,
} from './adapters/mirrored-bucket.js';
export type { NatsSource } from './adapters/nats-source.js';

// Following a stream for ever
export {
  StreamFollower,
  type StreamFollowerOptions,
  type StreamListener,
  type StreamPosition,
} from './adapters/stream-follower.js';
export type { StreamEntry } from './adapters/stream-reader.js';
