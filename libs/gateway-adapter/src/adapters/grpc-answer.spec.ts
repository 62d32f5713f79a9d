import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { GrpcRefusalWriter } from '@beamline/contracts';
import { RefusalWriter } from '@beamline/contracts/core';
import { answerOfError } from './grpc-answer.js';

const overloaded = (retryable: boolean, pushback = true): ServiceError => {
  const { code, details, metadata } = new GrpcRefusalWriter(new RefusalWriter('s')).status({
    reason: 'tenant_share',
    criticality: 'default',
    predictedWaitMs: 10,
    retryAfterMs: 2500,
    retryable,
    effectiveStatus: 'warning',
  });
  if (!pushback) metadata.remove('grpc-retry-pushback-ms');
  return errorOf(code, metadata, details);
};

function errorOf(
  code: status,
  metadata: Metadata = new Metadata(),
  details: string = 'x',
): ServiceError {
  return Object.assign(new Error(details), { code, details, metadata });
}

it('reads from the pushback when to come back', () => {
  expect(answerOfError(overloaded(true))).toMatchObject({
    kind: 'refused',
    error: { code: 'service_overloaded', retryAfterMs: 2500, retryable: true, state: 'warning' },
  });
});

it('tells the same details as over NATS', () => {
  expect(answerOfError(overloaded(true))).toMatchObject({
    error: {
      details: {
        subject: 's',
        reason: 'tenant_share',
        retryable: true,
        predicted_wait_ms: 10,
        retry_after_ms: 2500,
      },
    },
  });
});

it('reads from the pushback not to come back', () => {
  const answer = answerOfError(overloaded(false));

  expect(answer).toMatchObject({ error: { code: 'service_overloaded', retryable: false } });
  expect(answer).not.toHaveProperty('error.retryAfterMs');
});

it('reads from RetryInfo when to come back where there is no pushback', () => {
  expect(answerOfError(overloaded(true, false))).toMatchObject({ error: { retryAfterMs: 2500 } });
});

it('does without details that cannot be read', () => {
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from([255, 255, 255]));

  expect(answerOfError(errorOf(status.RESOURCE_EXHAUSTED, metadata, 'no'))).toMatchObject({
    kind: 'refused',
    error: { code: 'service_overloaded', message: 'no', details: {} },
  });
});

it('keeps the code of the router', () => {
  const metadata = new Metadata();
  metadata.set('beamline-error-code', 'policy_not_found');
  metadata.set('beamline-intake-error-code', 'X');

  expect(answerOfError(errorOf(status.NOT_FOUND, metadata, 'no policy'))).toMatchObject({
    error: { code: 'policy_not_found', message: 'no policy', intakeErrorCode: 'X' },
  });
});

it.each([
  [status.INVALID_ARGUMENT, 'invalid_request'],
  [status.NOT_FOUND, 'policy_not_found'],
  [status.PERMISSION_DENIED, 'unauthorized'],
  [status.UNAUTHENTICATED, 'unauthorized'],
  [status.INTERNAL, 'internal'],
  [status.UNIMPLEMENTED, 'internal'],
])('reads the status %i of a server that tells no code as %s', (code, expected) => {
  expect(answerOfError(errorOf(code))).toMatchObject({
    kind: 'refused',
    error: { code: expected },
  });
});

it.each([
  [status.UNAVAILABLE, 'connection_lost'],
  [status.DEADLINE_EXCEEDED, 'timeout'],
  [status.CANCELLED, 'closed'],
  // Without a word about load it is a message that was too large.
  [status.RESOURCE_EXHAUSTED, 'oversize_reply'],
])('takes the status %i for no answer: %s', (code, reason) => {
  expect(answerOfError(errorOf(code))).toEqual({ kind: 'unavailable', reason });
});

it('tells a call that found no connection from one that lost it', () => {
  const details = 'No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:1';

  expect(answerOfError(errorOf(status.UNAVAILABLE, new Metadata(), details))).toEqual({
    kind: 'unavailable',
    reason: 'disconnected',
  });
});
