/** A pin as the bucket holds it. */
export interface PinValue {
  readonly providerId: string;
  /** Unix time, in milliseconds. */
  readonly expiresAtMs: number;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

export function encodePinValue({ providerId, expiresAtMs }: PinValue): string {
  return JSON.stringify({ provider_id: providerId, expires_at_ms: expiresAtMs });
}

/** `undefined` when the bytes are not a pin. */
export function decodePinValue(bytes: Uint8Array): PinValue | undefined {
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes));
    if (typeof value !== 'object' || value === null) return undefined;
    if (!('provider_id' in value) || !('expires_at_ms' in value)) return undefined;
    const { provider_id: providerId, expires_at_ms: expiresAtMs } = value;
    if (typeof providerId !== 'string' || providerId === '') return undefined;
    if (typeof expiresAtMs !== 'number' || !Number.isFinite(expiresAtMs)) return undefined;
    return { providerId, expiresAtMs };
  } catch {
    return undefined;
  }
}
