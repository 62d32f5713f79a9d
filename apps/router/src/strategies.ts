import { intakeFailure, type RefusalLike, RefusalWriter } from '@beamline/contracts/core';
import {
  type ControllerLookup,
  JetStreamStrategy,
  provision,
  RequestReplyStrategy,
} from '@beamline/jetstream';
import { encodeFailure } from './decide/nats-door.js';
import type { Platform } from './platform.js';
import { makeAnew } from './restore-missing.js';
import { configuredDurable, configuredQueue, configuredSubject, doorSpecsOf } from './settings.js';

// The NATS transports, set up for this app. Each is a Nest microservice of its own.

/** Serves the request/reply subjects. Whatever happens, whoever asked gets an answer. */
export function requestReplyStrategyOf(
  platform: Platform,
  controllerOf: ControllerLookup,
): RequestReplyStrategy {
  const { config, link, observers } = platform;
  const writer = new RefusalWriter(config.decideSubject);
  return new RequestReplyStrategy({
    link,
    controllerOf,
    subjectOf: (declared) => configuredSubject(config, declared),
    queueOf: (declared) => configuredQueue(config, declared),
    maxInFlight: config.requestMaxInFlight,
    closeGraceMs: config.shutdownGraceMs,
    onOverflow: () => writer.nats(overflowOf(platform)),
    onError: () => encodeFailure(intakeFailure('INTERNAL_VALIDATION_ERROR'), { requestId: '' }),
    observe: observers.nats,
    observeIntake: observers.intake,
  });
}

/** The process has all the requests in hand that it may: no question of one subject, so nobody estimates the wait. */
function overflowOf({ config, overload }: Platform): RefusalLike {
  const { retryAfterSeconds } = overload.settings.settingsOf(config.decideSubject).policy;
  return {
    reason: 'hard_limit',
    criticality: 'default',
    predictedWaitMs: 0,
    retryAfterMs: retryAfterSeconds * 1000,
    retryable: true,
    effectiveStatus: 'active',
  };
}

/** Consumes the durable door, and makes what it stands on exist. */
export function intakeStrategyOf(
  platform: Platform,
  controllerOf: ControllerLookup,
): JetStreamStrategy {
  const { config, durable, link, observers } = platform;
  const specs = doorSpecsOf(config);
  let wasReady = false;
  return new JetStreamStrategy({
    link,
    controllerOf,
    targetOf: (declared) => ({
      stream: declared.stream,
      durable: configuredDurable(config, declared.durable),
    }),
    ensure: async (connection) => {
      // At the first start nothing was there; later somebody has deleted it.
      if (wasReady) return makeAnew(connection, specs, observers.nats);
      await provision(connection, specs);
      wasReady = true;
    },
    prefetch: Math.min(500, config.natsJsMaxAckPending),
    room: () => durable.room(),
    closeGraceMs: config.shutdownGraceMs,
    observe: observers.nats,
    observeIntake: observers.intake,
  });
}
