/**
 * A number that callers may also send as text, because their transport knows nothing else: `5` and `'5'` are 5.
 * `NaN` for what is neither, the empty text included.
 */
export function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}
