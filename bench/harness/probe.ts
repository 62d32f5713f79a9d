// Loaded into every measured Node process (`node --import`), the product included: answers how much CPU it has used, to the
// microsecond and on any platform, profiles it on demand, and ends the process when the bench has gone.
import { Session } from 'node:inspector/promises';
import type { ProbeAnswer, ProbeQuestion } from './process-messages.js';

let profiler: Session | undefined;

async function startProfile(): Promise<void> {
  profiler = new Session();
  profiler.connect();
  await profiler.post('Profiler.enable');
  await profiler.post('Profiler.start');
}

async function profileSoFar(): Promise<string> {
  const { profile } = (await profiler?.post('Profiler.stop')) ?? {};
  profiler?.disconnect();
  return JSON.stringify(profile);
}

async function answer({ probe, id }: ProbeQuestion): Promise<void> {
  if (probe === 'profile') await startProfile();
  const profile = probe === 'profiled' ? { profile: await profileSoFar() } : {};
  const { user, system } = process.cpuUsage();
  const { heapUsed, rss } = process.memoryUsage();
  const told: ProbeAnswer = {
    probe: 'answer',
    id,
    cpuMicros: user + system,
    heapUsedBytes: heapUsed,
    rssBytes: rss,
    ...profile,
  };
  process.send?.(told);
}

const QUESTIONS: ReadonlySet<unknown> = new Set(['usage', 'profile', 'profiled']);
process.on('message', (question: ProbeQuestion) => {
  if (QUESTIONS.has(question.probe)) void answer(question);
});
process.on('disconnect', () => process.exit());
process.channel?.unref();
