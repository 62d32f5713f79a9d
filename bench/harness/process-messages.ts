/** What a measured process tells about itself. */
export interface ProcessUsage {
  /** CPU of all its threads since its start, in microseconds, user and system together. */
  readonly cpuMicros: number;
  readonly heapUsedBytes: number;
  readonly rssBytes: number;
}

/** A question to the probe that runs inside a measured process. */
export interface ProbeQuestion {
  readonly probe: 'usage';
  readonly id: number;
}

/** Its answer. */
export interface ProbeAnswer extends ProcessUsage {
  readonly probe: 'answer';
  readonly id: number;
}

/** Said once by a server of the bench when it can be asked. */
export interface ReadyMessage {
  readonly ready: Readonly<Record<string, string>>;
}
