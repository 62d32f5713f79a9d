/** A W3C trace context header, taken apart. */
export interface TraceParent {
  /** 32 lower-case hex digits, not all zero. */
  readonly traceId: string;
  /** 16 lower-case hex digits, not all zero. */
  readonly parentId: string;
  readonly sampled: boolean;
}

const FORMAT =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/;
const LENGTH_OF_VERSION_00 = 55;

/** Takes a `traceparent` apart; `undefined` when it is not one (W3C Trace Context, later versions included). */
export function parseTraceparent(value: string): TraceParent | undefined {
  if (!FORMAT.test(value)) return undefined;
  if (value.startsWith('00') && value.length !== LENGTH_OF_VERSION_00) return undefined;
  return {
    traceId: value.slice(3, 35),
    parentId: value.slice(36, 52),
    sampled: (Number.parseInt(value.slice(53, 55), 16) & 1) === 1,
  };
}

/** Writes a `traceparent` of version 00. */
export function formatTraceparent({ traceId, parentId, sampled }: TraceParent): string {
  return `00-${traceId}-${parentId}-${sampled ? '01' : '00'}`;
}
