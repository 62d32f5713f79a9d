/** Spreads 32 bits evenly: every input bit changes every output bit with a chance of one half. A bijection. */
export function mix32(bits: number): number {
  let x = bits ^ (bits >>> 16);
  x = Math.imul(x, 0x21f0aaad);
  x ^= x >>> 15;
  x = Math.imul(x, 0x735a2d97);
  return x ^ (x >>> 15);
}

/** A stable 32-bit hash of a text, the same in every process and release. Not for secrets. */
export function hash32(text: string, seed = 0): number {
  let hash = seed ^ 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return mix32(hash);
}
