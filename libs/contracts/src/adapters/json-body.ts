import type { RouterFailure } from '../core/failure.js';
import { brokenJsonLimit } from '../core/json-limits.js';
import type { JsonLimits } from '../core/limits.js';
import { invalidFormat, tooLarge } from '../core/refusals.js';

/** A JSON object fresh from the wire, nobody else's: it may be changed. */
export type JsonBody = Record<string, unknown>;

export type JsonRead =
  | { readonly ok: true; readonly body: JsonBody }
  | { readonly ok: false; readonly failure: RouterFailure };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a JSON object, with size, encoding and nesting checked before it is parsed. Never throws. */
export function readJsonObject(bytes: Uint8Array, limits: JsonLimits): JsonRead {
  if (bytes.length > limits.maxBytes) {
    const failure = tooLarge('the message', bytes.length, limits.maxBytes);
    return { ok: false, failure };
  }
  const text = textOf(bytes);
  if (text === undefined) return refused('invalid_format: the message is not valid UTF-8');
  const broken = brokenJsonLimit(text, limits);
  if (broken !== undefined) return refused(brokenLimitText(broken, limits));
  return parsed(text);
}

function parsed(text: string): JsonRead {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonBody(value)
      ? { ok: true, body: value }
      : refused('invalid_format: the message is not a JSON object');
  } catch {
    return refused('invalid_format: the message is not JSON');
  }
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function isJsonBody(value: unknown): value is JsonBody {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function brokenLimitText(broken: 'depth' | 'keys', { maxDepth, maxKeys }: JsonLimits): string {
  return broken === 'depth'
    ? `json_too_deep: the message is nested deeper than ${maxDepth} levels`
    : `json_too_many_keys: the message has more than ${maxKeys} keys`;
}

function refused(why: string): JsonRead {
  return { ok: false, failure: invalidFormat(why) };
}
