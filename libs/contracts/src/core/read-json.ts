const decoder = new TextDecoder('utf-8', { fatal: true });

/** What bytes say as JSON, or why they say nothing. */
export type JsonDocument =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string };

/** Reads JSON of at most `maxBytes`. Never throws. */
export function readJson(data: Uint8Array, maxBytes: number): JsonDocument {
  if (data.length > maxBytes) {
    return { ok: false, problem: `it has ${data.length} bytes, and ${maxBytes} are allowed` };
  }
  try {
    const value: unknown = JSON.parse(decoder.decode(data));
    return { ok: true, value };
  } catch {
    return { ok: false, problem: `it is not JSON in UTF-8 (${data.length} bytes)` };
  }
}
