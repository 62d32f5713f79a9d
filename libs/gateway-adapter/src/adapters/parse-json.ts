import { isUtf8 } from 'node:buffer';

/** A parsed body, or the rule it breaks. */
export type ParsedJson =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly rule: string };

/** Parses the bytes of a JSON text. What the parser says about broken text stays here: it quotes the caller's data. */
export function parseJson(bytes: Uint8Array): ParsedJson {
  if (!isUtf8(bytes)) return { ok: false, rule: 'must be UTF-8' };
  const { buffer, byteOffset, byteLength } = bytes;
  const text = Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, value };
  } catch {
    return { ok: false, rule: 'must be valid JSON' };
  }
}
