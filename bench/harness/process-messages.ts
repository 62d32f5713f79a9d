/** What a measured process tells about itself. */
export interface ProcessUsage {
  /** CPU of all its threads since its start, in microseconds, user and system together. */
  readonly cpuMicros: number;
  readonly heapUsedBytes: number;
  readonly rssBytes: number;
}

/** A question to the probe that runs inside a measured process. */
export interface ProbeQuestion {
  /** `usage` at any time; `profile` starts the CPU profiler, `profiled` stops it and asks for what it saw. */
  readonly probe: 'usage' | 'profile' | 'profiled';
  readonly id: number;
}

/** Its answer. */
export interface ProbeAnswer extends ProcessUsage {
  readonly probe: 'answer';
  readonly id: number;
  /** A V8 CPU profile as JSON, after `profiled`. */
  readonly profile?: string;
}

/** Said once by a server of the bench when it can be asked. */
export interface ReadyMessage {
  readonly ready: Readonly<Record<string, string>>;
}
