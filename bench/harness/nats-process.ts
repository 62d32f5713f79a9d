import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { startTestNats, type TestNats } from '@beamline/testing';

let ticksPerSecond: number | undefined;

/** Kernel ticks per second, as `/proc` counts CPU. */
function clockTicks(): number {
  ticksPerSecond ??= Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout) || 100;
  return ticksPerSecond;
}

/** The nats-server of a run. */
export interface MeasuredNats {
  readonly url: string;
  /** CPU since its start, in microseconds, to about 10 ms; `NaN` where there is no `/proc`. */
  cpuMicros(): number;
  stop(): Promise<void>;
}

/** CPU of any process, from Linux's books. */
function cpuMicrosOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) / clockTicks()) * 1e6;
  } catch {
    return Number.NaN;
  }
}

/** Starts a nats-server with JetStream on a free port, with an empty store. */
export async function startNats(): Promise<MeasuredNats> {
  // The server does not keep its parent alive, so a bench that waits for nothing else would end while it starts or stops.
  const stayAlive = setInterval(() => undefined, 60_000);
  const nats: TestNats = await startTestNats();
  return {
    url: nats.url,
    cpuMicros: () => cpuMicrosOf(nats.pid),
    stop: async () => {
      await nats.stop();
      clearInterval(stayAlive);
    },
  };
}
