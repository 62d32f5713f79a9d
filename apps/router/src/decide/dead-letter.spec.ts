import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { intakeFailure } from '@beamline/contracts/core';
import { type DeadLetterOptions, deadLetterOf, type GivenUp } from './dead-letter.js';

const OPTIONS: DeadLetterOptions = { includeMessage: true, maxBytes: 10_000, nodeId: 'node-1' };

function aLetter(data: Uint8Array, options: Partial<DeadLetterOptions> = {}): Record<string, any> {
  const givenUp: GivenUp = {
    subject: 'beamline.router.v1.decide.async',
    msgId: 'm-1',
    dedupId: '1-1',
    data,
    receivedAtMs: 1_700_000_000_000,
    traceId: 'tr-1',
    tenantId: 'acme',
    reason: 'validation_failed',
    failure: intakeFailure('PAYLOAD_TOO_SMALL', { payload_size: 2, min_payload_size: 10 }),
  };
  return JSON.parse(deadLetterOf(givenUp, { ...OPTIONS, ...options }));
}

describe('deadLetterOf', () => {
  it('carries the facts of both envelopes', () => {
    expect(aLetter(Buffer.from('{}'))).toMatchObject({
      original_subject: 'beamline.router.v1.decide.async',
      msg_id: 'm-1',
      reason: 'validation_failed',
      error_code: 'VALIDATION_FAILED',
      timestamp: 1_700_000_000_000,
      trace_id: 'tr-1',
      tenant_id: 'acme',
      message: '{}',
      original_payload_hash: '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
      validation_error: { code: 'PAYLOAD_TOO_SMALL', severity: 'warn' },
      received_at: 1_700_000_000_000,
      router_node_id: 'node-1',
    });
  });

  it('leaves the payload out when told to, but never its hash', () => {
    const letter = aLetter(Buffer.from('{}'), { includeMessage: false });

    expect(letter).not.toHaveProperty('message');
    expect(letter).toHaveProperty('original_payload_hash');
  });

  it('carries what is not UTF-8 as base64, byte for byte', () => {
    const data = Buffer.from([0xff, 0xfe, 0x00]);

    expect(Buffer.from(aLetter(data)['message'].base64, 'base64')).toEqual(data);
  });

  it('compresses a payload that would make the envelope larger than the server takes', () => {
    const data = Buffer.from('x'.repeat(50_000));

    const letter = aLetter(data);

    expect(letter).not.toHaveProperty('message');
    expect(gunzipSync(Buffer.from(letter['message_gzip_base64'], 'base64'))).toEqual(data);
  });

  it('says how much it left out when not even that fits', () => {
    expect(aLetter(randomBytes(50_000))['message_omitted']).toBe('50000 bytes');
  });
});
