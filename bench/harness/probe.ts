// Loaded into every measured Node process (`node --import`), the product included: answers how much CPU it has used, to the
// microsecond and on any platform, and ends the process when the bench has gone.
import type { ProbeAnswer, ProbeQuestion } from './process-messages.js';

process.on('message', (question: Partial<ProbeQuestion>) => {
  if (question.probe !== 'usage' || question.id === undefined) return;
  const { user, system } = process.cpuUsage();
  const { heapUsed, rss } = process.memoryUsage();
  const answer: ProbeAnswer = {
    probe: 'answer',
    id: question.id,
    cpuMicros: user + system,
    heapUsedBytes: heapUsed,
    rssBytes: rss,
  };
  process.send?.(answer);
});
process.on('disconnect', () => process.exit());
process.channel?.unref();
