import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { INTAKE_ERRORS, type IntakeErrorCode, type RouterFailure } from '@beamline/contracts/core';

/** What is known of a message that is given up. */
export interface GivenUp {
  readonly subject: string;
  readonly msgId: string;
  /** Names this very message, so that giving it up twice leaves one letter. */
  readonly dedupId: string;
  readonly data: Uint8Array;
  readonly receivedAtMs: number;
  readonly traceId: string | undefined;
  readonly tenantId: string | undefined;
  readonly reason: 'validation_failed' | 'maxdeliver_exhausted' | 'processing_error';
  readonly failure: RouterFailure | undefined;
}

/** The `error_code` that goes with each reason (contract). */
export const ERROR_CODE_OF_REASON = {
  validation_failed: 'VALIDATION_FAILED',
  maxdeliver_exhausted: 'MAXDELIVER_EXHAUSTED',
  processing_error: 'PROCESSING_ERROR',
} as const satisfies Record<GivenUp['reason'], string>;

/** Settings of {@link deadLetterOf}. */
export interface DeadLetterOptions {
  /** Whether the whole payload goes along. */
  readonly includeMessage: boolean;
  /** Largest envelope the server takes, in bytes. */
  readonly maxBytes: number;
  readonly nodeId: string;
}

/**
 * The envelope of a dead letter: the facts of both of the contract's envelopes in one document.
 *
 * The payload goes along as text, or as base64 where it is not UTF-8. An envelope that would be larger than the server
 * takes carries it compressed (`message_gzip_base64`); what is too large even so is left out, and `message_omitted` says it.
 */
export function deadLetterOf(givenUp: GivenUp, options: DeadLetterOptions): string {
  const facts = factsOf(givenUp, options.nodeId);
  if (!options.includeMessage) return JSON.stringify(facts);

  const plain = JSON.stringify({ ...facts, message: messageOf(givenUp.data) });
  if (Buffer.byteLength(plain) <= options.maxBytes) return plain;
  const packed = gzipSync(givenUp.data).toString('base64');
  const compressed = JSON.stringify({ ...facts, message_gzip_base64: packed });
  if (compressed.length <= options.maxBytes) return compressed;
  return JSON.stringify({ ...facts, message_omitted: `${givenUp.data.byteLength} bytes` });
}

function factsOf(givenUp: GivenUp, nodeId: string): Record<string, unknown> {
  const { data, failure, reason, receivedAtMs, tenantId, traceId } = givenUp;
  return {
    original_subject: givenUp.subject,
    msg_id: givenUp.msgId,
    reason,
    error_code: ERROR_CODE_OF_REASON[reason],
    timestamp: receivedAtMs,
    ...(traceId === undefined ? {} : { trace_id: traceId }),
    ...(tenantId === undefined ? {} : { tenant_id: tenantId }),
    original_payload_hash: createHash('sha256').update(data).digest('hex'),
    validation_error: failure
      ? {
          code: failure.intakeErrorCode ?? failure.code,
          message: failure.message,
          severity: severityOf(failure.intakeErrorCode),
        }
      : null,
    context: { trace_id: traceId ?? null, tenant_id: tenantId ?? null },
    received_at: receivedAtMs,
    router_node_id: nodeId,
  };
}

function severityOf(code: IntakeErrorCode | undefined): string {
  return code === undefined ? 'error' : INTAKE_ERRORS[code].severity;
}

/** Text stays text; anything else travels as base64, so that it can be read back exactly. */
function messageOf(data: Uint8Array): unknown {
  const text = decodeUtf8(data);
  if (text === undefined) return { base64: Buffer.from(data).toString('base64') };
  // Not parsed: a dead letter may be a depth bomb, and its reader wants to see exactly what came.
  return text;
}

function decodeUtf8(data: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    return undefined;
  }
}
