/** What a load report tells. */
export interface LoadReportLike {
  /** Completions per second; 0: not known. */
  readonly deliveredPerSecond: number;
  /** Share of the capacity that is in use, 0 to 1, above 1 when work waits; 0: not known. */
  readonly utilization: number;
  /** Time the last work waited for a slot, in milliseconds. */
  readonly queueMs: number;
  /** Mean time the work itself takes, in milliseconds. */
  readonly serviceMs: number;
  /** Wait that is predicted for the next request, in milliseconds. */
  readonly waitMs: number;
  /** Share of the requests that are refused, 0 to 1. */
  readonly shedRatio: number;
}

/** Tags of `xds.data.orca.v3.OrcaLoadReport` (cncf/xds): field number and wire type. */
const RPS_FRACTIONAL = 0x31;
const NAMED_METRICS = 0x42;
const APPLICATION_UTILIZATION = 0x49;
/** Tags of a map entry with a text for key and a double for value. */
const KEY = 0x0a;
const VALUE = 0x11;

const NAMES = ['queue_ms', 'service_ms', 'wait_ms', 'shed'] as const;

const { template, offsets } = layOut();

/** Doubles have one size, so the message is written once, with room for the numbers. */
function layOut(): { readonly template: Buffer; readonly offsets: readonly number[] } {
  const bytes: number[] = [];
  const found: number[] = [];
  const number = (tag: number): void => {
    bytes.push(tag);
    found.push(bytes.length);
    bytes.push(0, 0, 0, 0, 0, 0, 0, 0);
  };
  number(RPS_FRACTIONAL);
  number(APPLICATION_UTILIZATION);
  for (const name of NAMES) {
    const entryBytes = 2 + name.length + 1 + 8;
    bytes.push(NAMED_METRICS, entryBytes, KEY, name.length, ...Buffer.from(name));
    number(VALUE);
  }
  return { template: Buffer.from(bytes), offsets: found };
}

/** Encodes an ORCA load report: the value of the trailer `endpoint-load-metrics-bin`. */
export function encodeLoadReport(report: LoadReportLike): Buffer {
  const { deliveredPerSecond, utilization, queueMs, serviceMs, waitMs, shedRatio } = report;
  const bytes = Buffer.from(template);
  const [rps = 0, used = 0, queue = 0, service = 0, wait = 0, shed = 0] = offsets;
  bytes.writeDoubleLE(deliveredPerSecond, rps);
  bytes.writeDoubleLE(utilization, used);
  bytes.writeDoubleLE(queueMs, queue);
  bytes.writeDoubleLE(serviceMs, service);
  bytes.writeDoubleLE(waitMs, wait);
  bytes.writeDoubleLE(shedRatio, shed);
  return bytes;
}
