import { NO_HEADERS } from '../core/headers.js';
import { createDecideDecoder } from './decide-decoder.js';

const decoder = createDecideDecoder();
const ASYNC = 'beamline.router.v1.decide.async';

describe('broken input', () => {
  it.each([
    ['not json', 'invalid_format'],
    ['"text"', 'invalid_format'],
    ['[1,2]', 'not a JSON object'],
    ['{"tenant_id":', 'not JSON'],
    ['{"a":1}}', 'not JSON'],
    [' ', 'invalid_format'],
    ['', 'too small or empty: 0 bytes'],
    [`{"a":${'['.repeat(64)}${']'.repeat(64)}}`, 'json_too_deep'],
    [`${'{"a":'.repeat(10_000)}1`, 'json_too_deep'],
    ['x'.repeat(1_048_577), 'payload_too_large: the message has 1048577 bytes, maximum: 1048576'],
  ])('%.20j is refused', (text, says) => {
    for (const decoded of [
      decoder.decode(new TextEncoder().encode(text), NO_HEADERS),
      decoder.decodeDurable(new TextEncoder().encode(text), NO_HEADERS, ASYNC),
    ]) {
      expect(decoded).toMatchObject({ ok: false, failure: { code: 'invalid_request' } });
    }
    const decoded = decoder.decode(new TextEncoder().encode(text), NO_HEADERS);
    expect(!decoded.ok && decoded.failure.message).toContain(says);
  });

  it('is refused for text that is not UTF-8', () => {
    const bytes = Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d);

    expect(decoder.decode(bytes, NO_HEADERS)).toMatchObject({
      failure: {
        message: 'Schema validation failed: invalid_format: the message is not valid UTF-8',
      },
    });
  });

  it('is refused for too many keys', () => {
    const many = Object.fromEntries(Array.from({ length: 60_000 }, (_, at) => [`k${at}`, 1]));

    expect(decode(many)).toMatchObject({
      failure: { message: expect.stringContaining('more than 50000 keys') },
    });
  });

  it('takes what is nested just as deep as allowed', () => {
    const text = JSON.stringify(aTask()).replace('"hello"', `${'['.repeat(61)}${']'.repeat(61)}`);

    expect(decoder.decode(new TextEncoder().encode(text), NO_HEADERS).ok).toBe(true);
  });

  it('is answered under the ids that could be read', () => {
    expect(decode({ request_id: 'r', tenant_id: 'acme', trace_id: 'tr' })).toMatchObject({
      ok: false,
      requestId: 'r',
      tenantId: 'acme',
      traceId: 'tr',
    });
  });
});

function aTask(): Record<string, unknown> {
  return {
    version: '1',
    tenant_id: 'acme',
    request_id: 'req-1',
    task: { type: 'chat', payload: { text: 'hello' } },
  };
}

function decode(body: object) {
  return decoder.decode(utf8(body), NO_HEADERS);
}

function utf8(body: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(body));
}
