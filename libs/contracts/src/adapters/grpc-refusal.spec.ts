import fc from 'fast-check';

import { RefusalWriter } from '../core/overload-refusal.js';
import type { RefusalLike } from '../core/refusal-like.js';
import { GrpcRefusalWriter } from './grpc-refusal.js';
import { encodeLoadReport } from './load-report.js';
import {
  ErrorInfoCodec,
  OrcaCodec,
  QuotaFailureCodec,
  RetryInfoCodec,
  StatusCodec,
} from './overload-protos.js';

const SUBJECT = 'beamline.router.v1.decide';
const CODECS: Readonly<Record<string, typeof StatusCodec>> = {
  RetryInfo: RetryInfoCodec,
  ErrorInfo: ErrorInfoCodec,
  QuotaFailure: QuotaFailureCodec,
};

function aRefusal(over: Partial<RefusalLike> = {}): RefusalLike {
  return {
    reason: 'predicted_wait',
    criticality: 'default',
    predictedWaitMs: 1234.5,
    retryAfterMs: 2001,
    retryable: true,
    effectiveStatus: 'active',
    ...over,
  };
}

function plain(codec: typeof StatusCodec, bytes: Uint8Array): any {
  return codec.toObject(codec.decode(bytes), { longs: Number });
}

/** The status in the trailers, with its details by the name of their type. */
function statusIn(bytes: unknown): Record<string, any> {
  const { code, message, details } = plain(StatusCodec, bytes as Uint8Array);
  const told: Record<string, any> = {};
  for (const { typeUrl, value } of details) {
    const name = String(typeUrl).replace('type.googleapis.com/google.rpc.', '');
    told[name] = plain(CODECS[name]!, value);
  }
  return { code, message, ...told };
}

it('ends a call with RESOURCE_EXHAUSTED, and says when to come back and why', () => {
  const status = new GrpcRefusalWriter(new RefusalWriter(SUBJECT)).status(aRefusal());

  expect(status).toMatchObject({
    code: 8,
    details: `${SUBJECT} is overloaded: the request would wait too long`,
  });
  expect(status.metadata.get('grpc-retry-pushback-ms')).toEqual(['2001']);
  expect(statusIn(status.metadata.get('grpc-status-details-bin')[0])).toEqual({
    code: 8,
    message: status.details,
    RetryInfo: { retryDelay: { seconds: 2, nanos: 1_000_000 } },
    ErrorInfo: {
      reason: 'SERVICE_OVERLOADED',
      domain: 'beamline.router',
      metadata: {
        subject: SUBJECT,
        criticality: 'default',
        reason: 'predicted_wait',
        state: 'active',
        retryable: 'true',
        predicted_wait_ms: '1235',
        retry_after_ms: '2001',
      },
    },
  });
});

it('says -1 and names no delay where the request shall not come back', () => {
  const writer = new GrpcRefusalWriter(new RefusalWriter(SUBJECT));

  const { metadata } = writer.status(aRefusal({ retryable: false }));

  expect(metadata.get('grpc-retry-pushback-ms')).toEqual(['-1']);
  expect(statusIn(metadata.get('grpc-status-details-bin')[0])).not.toHaveProperty('RetryInfo');
});

it('names the tenant whose share is used up, and no other', () => {
  const writer = new GrpcRefusalWriter(new RefusalWriter(SUBJECT));
  const detailsOf = (reason: string) =>
    statusIn(
      writer
        .status(aRefusal({ reason }), { tenantId: 'acme' })
        .metadata.get('grpc-status-details-bin')[0],
    );

  expect(detailsOf('tenant_share')).toMatchObject({
    QuotaFailure: {
      violations: [{ subject: 'tenant:acme', description: `more than its share of ${SUBJECT}` }],
    },
  });
  expect(detailsOf('predicted_wait')).not.toHaveProperty('QuotaFailure');
});

it('writes by hand what protobufjs reads, whatever the texts and numbers are', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 1000 }),
      fc.string({ unit: 'grapheme', maxLength: 1000 }),
      fc.double({ min: 0, max: 1e12, noNaN: true }),
      fc.double({ min: 0, max: 1e12, noNaN: true }),
      (subject, tenantId, predictedWaitMs, retryAfterMs) => {
        const writer = new GrpcRefusalWriter(new RefusalWriter(subject), 'a domain');
        const refusal = aRefusal({ reason: 'tenant_share', predictedWaitMs, retryAfterMs });

        const { metadata } = writer.status(refusal, { tenantId });

        const told = statusIn(metadata.get('grpc-status-details-bin')[0]);
        const { seconds = 0, nanos = 0 } = told['RetryInfo'].retryDelay;
        expect(seconds * 1000 + nanos / 1e6).toBe(Math.ceil(retryAfterMs));
        expect(told['ErrorInfo'].metadata).toMatchObject({
          predicted_wait_ms: String(Math.ceil(predictedWaitMs)),
          retry_after_ms: String(Math.ceil(retryAfterMs)),
        });
      },
    ),
  );
});

const LOAD = {
  deliveredPerSecond: 80.5,
  utilization: 1.25,
  queueMs: 12.5,
  serviceMs: 50,
  waitMs: 700,
  shedRatio: 0.4,
};

it('adds an ORCA load report to a refusal', () => {
  const writer = new GrpcRefusalWriter(new RefusalWriter(SUBJECT));

  const { metadata } = writer.status(aRefusal(), { load: LOAD });

  expect(metadata.get('endpoint-load-metrics-bin')).toEqual([encodeLoadReport(LOAD)]);
});

it('writes load reports that read as the standard says', () => {
  expect(plain(OrcaCodec, encodeLoadReport(LOAD))).toEqual({
    rpsFractional: 80.5,
    applicationUtilization: 1.25,
    namedMetrics: { queue_ms: 12.5, service_ms: 50, wait_ms: 700, shed: 0.4 },
  });
});
