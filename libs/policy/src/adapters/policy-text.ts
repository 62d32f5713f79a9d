import { describeProblem, parsePolicy } from '../core/index.js';

/** A document as the store keeps it. */
export type PolicyText =
  | {
      readonly ok: true;
      readonly tenantId: string;
      readonly policyId: string;
      /** Compact JSON. */
      readonly text: string;
    }
  | {
      readonly ok: false;
      /** One line per problem: path, value and rule. */
      readonly problems: readonly string[];
    };

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Checks the bytes that a bucket holds under the key of a policy. Never throws. */
export function readPolicyBytes(
  bytes: Uint8Array,
  at: { tenantId: string; policyId: string },
  maxBytes: number,
): PolicyText {
  if (bytes.length > maxBytes) return tooLarge(bytes.length, maxBytes);
  try {
    return checked(JSON.parse(decoder.decode(bytes)), at);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, problems: [`document: must be JSON (${why})`] };
  }
}

/** Checks a document that is to be stored under its own ids. */
export function readPolicyDocument(document: unknown, maxBytes: number): PolicyText {
  const read = checked(document);
  if (!read.ok) return read;
  const sizeBytes = Buffer.byteLength(read.text);
  return sizeBytes > maxBytes ? tooLarge(sizeBytes, maxBytes) : read;
}

function checked(document: unknown, at?: { tenantId: string; policyId: string }): PolicyText {
  const parsed = parsePolicy(document, at);
  if (!parsed.ok) {
    return { ok: false, problems: parsed.problems.map((problem) => describeProblem(problem)) };
  }
  const { tenantId, policyId } = parsed.policy;
  return { ok: true, tenantId, policyId, text: flat(JSON.stringify(document)) };
}

/** The same text in one piece: what `JSON.stringify` gives is a rope of pieces that takes half as much again. */
function flat(text: string): string {
  return Buffer.from(text).toString();
}

function tooLarge(sizeBytes: number, maxBytes: number): PolicyText {
  const rule = `document: ${sizeBytes} bytes, must be at most ${maxBytes}`;
  return { ok: false, problems: [rule] };
}
