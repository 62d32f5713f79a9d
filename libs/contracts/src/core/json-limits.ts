import type { JsonLimits } from './limits.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** `"":0,` is the shortest a key can get. */
const LEAST_CHARACTERS_PER_KEY = 5;

/** Which limit a JSON text breaks. */
export type BrokenLimit = 'depth' | 'keys';

/**
 * Tells whether a JSON text is nested too deep or has too many keys, without parsing it. An ordinary message costs a few
 * searches for braces; only one that could break a limit is scanned. For text that is not JSON the answer means nothing.
 */
export function brokenJsonLimit(
  text: string,
  limits: Pick<JsonLimits, 'maxDepth' | 'maxKeys'>,
): BrokenLimit | undefined {
  const { maxDepth, maxKeys } = limits;
  const mayBreak =
    text.length > maxKeys * LEAST_CHARACTERS_PER_KEY ||
    countUpTo(text, '[', maxDepth, countUpTo(text, '{', maxDepth, 0)) > maxDepth;
  return mayBreak ? scan(text, maxDepth, maxKeys) : undefined;
}

/** Occurrences of `wanted`, added to `count`, giving up as soon as the sum exceeds `limit`. */
function countUpTo(text: string, wanted: string, limit: number, count: number): number {
  let sum = count;
  let at = text.indexOf(wanted);
  while (at !== -1 && sum <= limit) {
    sum += 1;
    at = text.indexOf(wanted, at + 1);
  }
  return sum;
}

function scan(text: string, maxDepth: number, maxKeys: number): BrokenLimit | undefined {
  let depth = 0;
  let keys = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        depth += 1;
        if (depth > maxDepth) return 'depth';
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth -= 1;
        break;
      // Outside of strings a colon stands behind a key and nowhere else.
      case COLON:
        keys += 1;
        if (keys > maxKeys) return 'keys';
        break;
      default:
    }
  }
  return undefined;
}

/** Index of the quote that ends the string which begins at `start`; the end of the text when none does. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return at;
  }
  return text.length;
}
