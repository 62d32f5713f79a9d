// Durable requests: from the publish to the decision published and the request acknowledged, beside a bare consume, publish and ack
// on a stream with the same settings, fed by the same publisher.
import { SUBJECTS } from '@beamline/contracts/core';
import { benchOptions, windowOf } from '../harness/bench-options.js';
import { NAMES } from '../harness/contestants.js';
import { interleave } from '../harness/interleave.js';
import { LoadGenerator, type LoadTarget } from '../harness/load-generator.js';
import { type MeasuredNats, startNats } from '../harness/nats-process.js';
import { NodeProcess } from '../harness/node-process.js';
import { startRouter } from '../harness/product.js';
import { publishReport } from '../harness/publish-report.js';
import { benchModule } from '../harness/repo-path.js';
import { rowOf } from '../harness/results.js';
import { doorRows } from '../transports/door-rows.js';
import { BARE, copyRouterStream } from './bare-stream.js';

/** Durable requests in flight: what a publisher with a window has, enough to let both sides pipeline. */
const IN_FLIGHT = 256;

async function startTargets(nats: MeasuredNats): Promise<readonly LoadTarget[]> {
  const router = await startRouter(nats);
  await copyRouterStream(nats.url);
  const bare = await NodeProcess.start({
    name: 'bare intake',
    module: benchModule('baselines/bare-intake'),
    env: {
      NATS_URL: nats.url,
      STREAM: BARE.stream,
      CONSUMER: BARE.consumer,
      MAX_MESSAGES: '500',
    },
  });
  const target = (subject: string): Record<string, string> => ({ url: nats.url, subject });
  return [
    { name: NAMES.product, target: target(SUBJECTS.decideAsync), servers: [router] },
    { name: NAMES.worker, target: target(BARE.subject), servers: [bare] },
  ];
}

const options = { ...benchOptions(process.argv.slice(2)), inFlight: IN_FLIGHT };
const nats = await startNats();
try {
  const generator = await LoadGenerator.start('intake', nats);
  const targets = await startTargets(nats);
  console.log(`Durable intake: ${options.rounds} rounds, ${IN_FLIGHT} requests in flight`);
  const samples = await interleave(
    targets.map((target) => ({
      name: target.name,
      measure: (isWarmUp: boolean) => generator.measure(target, windowOf(options, isWarmUp)),
    })),
    options.rounds,
  );
  const natsRows = [...samples].map(([name, rounds]) =>
    rowOf(
      `durable nats-server CPU: ${name}`,
      'us/request',
      rounds.map((s) => s.natsMicros),
    ),
  );
  const rows = doorRows('durable', samples, { ofBare: { atLeast: 0.7 } });
  publishReport('intake', [...rows, ...natsRows], options);
  await Promise.all(targets.flatMap(({ servers }) => servers.map((server) => server.stop())));
  await generator.stop();
} finally {
  await nats.stop();
}
