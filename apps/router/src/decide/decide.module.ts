import { pacedWork } from '@beamline/backpressure';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { createDecideDecoder, type DecideDecoder } from '@beamline/contracts';
import { BUCKETS } from '@beamline/contracts/core';
import { PipelinedBucket, toMsgHdrs } from '@beamline/jetstream';
import { monotonicClock, wallClock } from '@beamline/kernel';
import { PolicyStore, SnapshotSource, StickyStore } from '@beamline/policy';
import { DoorAdmission } from '../overload/door-admission.js';
import { DurableAdmission } from '../overload/durable-admission.js';
import type { Platform } from '../platform.js';
import { allowlistOf, nodeIdOf } from '../settings.js';
import { Answerer } from './answerer.js';
import { DeadLetters } from './dead-letters.js';
import { DecideGrpcController } from './decide.grpc.controller.js';
import { DecideNatsController } from './decide.nats.controller.js';
import { DecideService } from './decide.service.js';
import { DecisionLookup } from './decision-lookup.js';
import { DecisionRecords } from './decision-records.js';
import { DeliveryEnds } from './delivery-ends.js';
import { ExplainController } from './explain.controller.js';
import { ExplainDoor } from './explain-door.js';
import { GrpcDoor } from './grpc-door.js';
import { IntakeController } from './intake.controller.js';
import { IntakeReplies, type SendReply } from './intake-replies.js';
import { IntakeService } from './intake.service.js';
import { NatsDoor } from './nats-door.js';

/** Room of an envelope's headers below the server's limit. */
const ENVELOPE_MARGIN_BYTES = 8192;

const DECODER = Symbol('DecideDecoder');

/** The doors to a decision and the one use case behind them. */
@Module({})
export class DecideModule {
  static forRoot(platform: Platform): DynamicModule {
    return {
      module: DecideModule,
      controllers: [
        DecideGrpcController,
        DecideNatsController,
        IntakeController,
        ExplainController,
      ],
      providers: [...useCase(platform), ...records(platform), ...doors(platform)],
    };
  }
}

function useCase({ config, observers }: Platform): Provider[] {
  return [
    {
      provide: DECODER,
      useFactory: () =>
        createDecideDecoder({
          maxPayloadBytes: config.natsMaxPayloadSize,
          minPayloadSizeBytes: config.minPayloadSize,
          strictTraceId: config.strictTraceId,
        }),
    },
    {
      provide: DecideService,
      inject: [PolicyStore, StickyStore, SnapshotSource],
      useFactory: (policies: PolicyStore, sticky: StickyStore, snapshots: SnapshotSource) =>
        new DecideService({
          policies,
          sticky,
          snapshots,
          allowlist: allowlistOf(config),
          wall: wallClock,
          monotonic: monotonicClock,
          observe: observers.decide,
        }),
    },
  ];
}

function records({ config, observers, link, publisher }: Platform): Provider[] {
  return [
    {
      provide: DecisionRecords,
      useFactory: () =>
        new DecisionRecords(
          new PipelinedBucket(link, publisher, {
            bucket: BUCKETS.idempotency,
            timeoutMs: config.jetstreamQueryTimeoutMs,
            onLost: (count) =>
              observers.intake({ type: 'record-skipped', reason: 'publish-failed', count }),
          }),
          {
            maxRecent: config.decisionRecordsMax,
            recordsPerSecond: config.decisionRecordsPerSecond,
            ttlMs: config.idempotencyTtlSeconds * 1000,
          },
          wallClock,
          observers.intake,
        ),
    },
    {
      provide: DecisionLookup,
      inject: [DecisionRecords],
      useFactory: (found: DecisionRecords) => new DecisionLookup(found, allowlistOf(config)),
    },
    {
      provide: Answerer,
      inject: [DecideService, DecisionRecords],
      useFactory: (decide: DecideService, kept: DecisionRecords) =>
        new Answerer({
          decide,
          records: kept,
          idempotency: config.idempotencyEnabled,
          wall: wallClock,
          observe: observers.intake,
        }),
    },
  ];
}

function doors(platform: Platform): Provider[] {
  const { observers } = platform;
  return [
    {
      provide: GrpcDoor,
      inject: [DECODER, Answerer, DoorAdmission],
      useFactory: (decoder: DecideDecoder, answerer: Answerer, admission: DoorAdmission) =>
        new GrpcDoor({
          decoder,
          answerer,
          admission,
          pace: pacedWork,
          monotonic: monotonicClock,
          observe: observers.decide,
        }),
    },
    {
      provide: NatsDoor,
      inject: [DECODER, Answerer, DoorAdmission],
      useFactory: (decoder: DecideDecoder, answerer: Answerer, admission: DoorAdmission) =>
        new NatsDoor({
          decoder,
          answerer,
          admission,
          pace: pacedWork,
          monotonic: monotonicClock,
          observe: observers.intake,
        }),
    },
    {
      provide: ExplainDoor,
      inject: [DECODER, DecideService],
      useFactory: (decoder: DecideDecoder, decide: DecideService) =>
        new ExplainDoor(decoder, decide),
    },
    {
      provide: IntakeService,
      inject: [DECODER, DecideService, DecisionRecords, DurableAdmission],
      useFactory: (
        decoder: DecideDecoder,
        decide: DecideService,
        kept: DecisionRecords,
        admission: DurableAdmission,
      ) => intakeOf(platform, { decoder, decide, kept, admission }),
    },
  ];
}

function intakeOf(
  { config, observers, link, publisher, random }: Platform,
  parts: {
    readonly decoder: DecideDecoder;
    readonly decide: DecideService;
    readonly kept: DecisionRecords;
    readonly admission: DurableAdmission;
  },
): IntakeService {
  const { intake: observe } = observers;
  const deadLetters = new DeadLetters(
    publisher,
    {
      enabled: config.dlqEnabled,
      decideSubject: config.decideAsyncSubject,
      subjectPattern: config.dlqSubjectPattern,
      includeMessage: config.dlqIncludeFullMessage,
      maxBytes: config.natsMaxPayloadSize - ENVELOPE_MARGIN_BYTES,
      nodeId: nodeIdOf(),
    },
    observe,
  );
  const redelivery = {
    maxDeliver: config.jsMaxDeliverDecide,
    backoffMs: config.jsBackoffDecide,
    jitterPercent: config.natsRedeliveryJitterPercent,
    random,
  };
  const send: SendReply = (subject, body, headers) => {
    const { connection } = link;
    // The driver would take it and lose it without a word: see RequestResponder.
    if (!connection || !link.isConnected) return false;
    connection.publish(subject, Buffer.from(body), headers ? { headers: toMsgHdrs(headers) } : {});
    return true;
  };
  return new IntakeService({
    decoder: parts.decoder,
    decide: parts.decide,
    records: config.idempotencyEnabled ? parts.kept : undefined,
    ends: new DeliveryEnds(deadLetters, redelivery, observe, (message) =>
      parts.admission.handedBack(message),
    ),
    admission: parts.admission,
    replies: new IntakeReplies(send, `${config.decideSubject}.reply`, observe),
    wall: wallClock,
    pace: pacedWork,
    monotonic: monotonicClock,
    observe,
  });
}
