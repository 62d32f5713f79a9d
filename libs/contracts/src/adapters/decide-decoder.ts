import type { DecodedCommand } from '../core/decide-command.js';
import { type DecideRules, traceWarnings } from '../core/decide-rules.js';
import { intakeFailure, type RouterFailure } from '../core/failure.js';
import { type ContextHeaders, type HeaderReader, readContextHeaders } from '../core/headers.js';
import { DEFAULT_JSON_LIMITS, DEFAULT_MIN_PAYLOAD_BYTES, type JsonLimits } from '../core/limits.js';
import { invalidFormat, tooLarge, unsupportedVersion } from '../core/refusals.js';
import { findSchemaVersion, SUPPORTED_VERSIONS } from '../core/schema-version.js';
import { SUBJECTS } from '../core/subjects.js';
import type { RouteRequestLike } from '../core/wire-request.js';
import { commandOf, type Formed, taskCommand } from './decide-forms.js';
import { type JsonBody, readJsonObject } from './json-body.js';
import { decodeRouteRequest } from './protobuf.js';
import { refused } from './refused-command.js';
import { fromRequest } from './route-request-decoder.js';

/** What a decoder can be set to. */
export interface DecideDecoderOptions {
  /** Largest message, in bytes. Default 1 048 576. */
  readonly maxPayloadBytes?: number;
  /** Least size of a serialised `task.payload`, in bytes. Default 10. */
  readonly minPayloadSizeBytes?: number;
  /** Refuse trace ids of other formats than 32 hex digits or a UUID v4, instead of warning. Default `false`. */
  readonly strictTraceId?: boolean;
  /** Deepest nesting of objects and arrays. Default 64. */
  readonly maxDepth?: number;
  /** Most keys of all objects together. Default 50 000. */
  readonly maxKeys?: number;
}

/** Makes commands of whatever comes in. No method throws, whatever the bytes. */
export interface DecideDecoder {
  /** A request of the request/reply door: any JSON form, or a protobuf `RouteRequest`. `subject` defaults to the decide subject. */
  decode(bytes: Uint8Array, headers: HeaderReader, subject?: string): DecodedCommand;
  /** A request of the durable door: the `task` form only. */
  decodeDurable(bytes: Uint8Array, headers: HeaderReader, subject: string): DecodedCommand;
  /** A request that came over gRPC, already decoded. */
  fromRouteRequest(request: RouteRequestLike, headers: HeaderReader): DecodedCommand;
}

const FIRST_BYTE_OF_ROUTE_REQUEST = 0x0a;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const NEITHER = invalidFormat(
  'invalid_format: the message is neither a JSON object nor a protobuf RouteRequest',
);

/** Builds a decoder. */
export function createDecideDecoder(options: DecideDecoderOptions = {}): DecideDecoder {
  return new Decoder(options);
}

class Decoder implements DecideDecoder {
  readonly #limits: JsonLimits;
  readonly #rules: DecideRules;

  constructor(options: DecideDecoderOptions) {
    this.#limits = {
      maxBytes: options.maxPayloadBytes ?? DEFAULT_JSON_LIMITS.maxBytes,
      maxDepth: options.maxDepth ?? DEFAULT_JSON_LIMITS.maxDepth,
      maxKeys: options.maxKeys ?? DEFAULT_JSON_LIMITS.maxKeys,
    };
    this.#rules = {
      minPayloadBytes: options.minPayloadSizeBytes ?? DEFAULT_MIN_PAYLOAD_BYTES,
      strictTraceId: options.strictTraceId ?? false,
    };
  }

  decode(
    bytes: Uint8Array,
    reader: HeaderReader,
    subject: string = SUBJECTS.decide,
  ): DecodedCommand {
    const headers = readContextHeaders(reader);
    if (bytes.length === 0) return this.#empty(headers);
    if (!looksLikeJson(bytes)) return this.#decodeProtobuf(bytes, headers);

    const read = readJsonObject(bytes, this.#limits);
    if (read.ok) return this.#decodeBody(read.body, headers, subject, commandOf);
    // A RouteRequest may begin like a line break before a brace.
    return bytes[0] === FIRST_BYTE_OF_ROUTE_REQUEST && bytes.length <= this.#limits.maxBytes
      ? this.#decodeProtobuf(bytes, headers, read.failure)
      : refused(read.failure, headers);
  }

  decodeDurable(bytes: Uint8Array, reader: HeaderReader, subject: string): DecodedCommand {
    const headers = readContextHeaders(reader);
    if (bytes.length === 0) return this.#empty(headers);
    const read = readJsonObject(bytes, this.#limits);
    return read.ok
      ? this.#decodeBody(read.body, headers, subject, taskCommand)
      : refused(read.failure, headers);
  }

  fromRouteRequest(request: RouteRequestLike, reader: HeaderReader): DecodedCommand {
    const { maxBytes } = this.#limits;
    const size = request.message?.payload?.length ?? 0;
    const headers = readContextHeaders(reader);
    return size > maxBytes
      ? refused(tooLarge('message.payload', size, maxBytes), headers)
      : fromRequest(request, headers);
  }

  #empty(headers: ContextHeaders): DecodedCommand {
    const { minPayloadBytes } = this.#rules;
    return refused(
      intakeFailure('PAYLOAD_TOO_SMALL', { payload_size: 0, min_payload_size: minPayloadBytes }),
      headers,
    );
  }

  #decodeProtobuf(
    bytes: Uint8Array,
    headers: ContextHeaders,
    otherwise: RouterFailure = NEITHER,
  ): DecodedCommand {
    const { maxBytes } = this.#limits;
    if (bytes.length > maxBytes) {
      return refused(tooLarge('the message', bytes.length, maxBytes), headers);
    }
    const request = decodeRouteRequest(bytes);
    return request === undefined ? refused(otherwise, headers) : fromRequest(request, headers);
  }

  #decodeBody(
    body: JsonBody,
    headers: ContextHeaders,
    subject: string,
    form: (body: JsonBody, headers: ContextHeaders, rules: DecideRules) => Formed,
  ): DecodedCommand {
    layOver(body, headers);
    const version = body['version'];
    if (version !== SUPPORTED_VERSIONS[0]) {
      const found = findSchemaVersion({ payload: version, subject });
      if (!found.ok) return refused(unsupportedVersion(found), headers, body);
    }
    const formed = form(body, headers, this.#rules);
    if ('failure' in formed) return refused(formed.failure, headers, body);
    const { command } = formed;
    const ownTrace = command.form === 'task' ? body['trace_id'] : undefined;
    return {
      ok: true,
      command,
      warnings: traceWarnings(
        typeof ownTrace === 'string' ? ownTrace : undefined,
        headers.traceparent,
      ),
    };
  }
}

/** Whether the first byte that is no white space opens an object or a list. */
function looksLikeJson(bytes: Uint8Array): boolean {
  for (const byte of bytes) {
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) return true;
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return false;
  }
  return false;
}

/** Header values beat payload values: from here on there is only one of each. The body is ours, fresh from the parser. */
function layOver(body: JsonBody, headers: ContextHeaders): void {
  if (headers.version !== undefined) body['version'] = headers.version;
  if (headers.tenantId !== undefined) body['tenant_id'] = headers.tenantId;
  if (headers.traceId !== undefined) body['trace_id'] = headers.traceId;
  if (headers.idempotencyKey !== undefined) body['idempotency_key'] = headers.idempotencyKey;
}
