import fc from 'fast-check';

import { intakeFailure } from '../core/failure.js';
import { decideResponse, errorResponse } from '../core/replies.js';
import { compileValidator } from './compile-validator.js';
import { DecideResponseDto, ErrorResponseDto } from '../dto/decide-response.dto.js';
import { encodeDecideResponse, encodeErrorResponse } from './encode-replies.js';

const anyText = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units)),
  );

const aResponse = () =>
  fc
    .tuple(
      anyText(),
      anyText(),
      fc.double(),
      fc.integer(),
      fc.option(anyText()),
      fc.dictionary(anyText(), fc.jsonValue()),
    )
    .map(([providerId, reason, expectedCost, priority, traceId, metadata]) =>
      decideResponse(
        { providerId, reason, priority, expectedCost, expectedLatencyMs: 500, metadata },
        { requestId: reason, traceId: traceId ?? undefined },
      ),
    );

it('writes what JSON.stringify writes', () => {
  fc.assert(
    fc.property(
      aResponse().filter(({ decision }) => Number.isFinite(decision.expected_cost)),
      (response) => {
        expect(JSON.parse(encodeDecideResponse(response))).toEqual(
          JSON.parse(JSON.stringify(response)),
        );
      },
    ),
    { numRuns: 500 },
  );
});

it('leaves out empty metadata and an unknown trace, and nothing else', () => {
  const decided = {
    providerId: 'p-1',
    reason: 'ok',
    priority: 1,
    expectedLatencyMs: 10,
    expectedCost: 0,
    metadata: {},
  };

  expect(
    encodeDecideResponse(decideResponse(decided, { requestId: 'req-1', traceId: 'tr-1' })),
  ).toBe(
    '{"ok":true,"decision":{"provider_id":"p-1","priority":1,"expected_latency_ms":10,' +
      '"expected_cost":0,"reason":"ok"},"context":{"request_id":"req-1","trace_id":"tr-1"}}',
  );
  expect(
    JSON.parse(encodeDecideResponse(decideResponse(decided, { requestId: '' }))).context,
  ).toEqual({ request_id: '' });
});

it('writes answers that its own DTOs accept', () => {
  const failure = intakeFailure('TENANT_FORBIDDEN', { reason: 'not in allowlist' });
  const written = JSON.parse(encodeErrorResponse(errorResponse(failure, { requestId: 'r' })));

  expect(written).toEqual({
    ok: false,
    error: {
      code: 'unauthorized',
      message: 'Tenant validation failed: not in allowlist',
      details: { reason: 'not in allowlist' },
      intake_error_code: 'TENANT_FORBIDDEN',
    },
    context: { request_id: 'r' },
  });
  expect(compileValidator(ErrorResponseDto).problems(written)).toEqual([]);
  const { problems } = compileValidator(DecideResponseDto);
  const decided = {
    providerId: 'p',
    reason: 'weighted',
    priority: 50,
    expectedLatencyMs: 1,
    expectedCost: 1,
  };
  expect(
    problems(JSON.parse(encodeDecideResponse(decideResponse(decided, { requestId: 'r' })))),
  ).toEqual([]);
});
