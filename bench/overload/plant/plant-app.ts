// A Nest application whose handler stands before a backend of known capacity, protected by one contestant of the overload bench.
import 'reflect-metadata';
import { required, sayReady } from '../../baselines/say-ready.js';
import { protectionBy } from '../gates/contestants.js';
import { lognormalDeck, seeded } from '../workloads/random.js';
import { listen } from './listen.js';
import type { PlantOptions, PlantOrder } from './plant-messages.js';
import { type Backend, Processor, Slots } from './slots.js';
import { workController } from './work.controllers.js';

const options: PlantOptions = JSON.parse(required('PLANT'));
const { backend: about, seed, sloMs } = options;

function makeBackend(): Backend {
  const deck = lognormalDeck({ mean: about.meanMs, sigma: about.sigma }, seeded(seed));
  return about.kind === 'cpu' ? new Processor(deck) : new Slots(about.slots, deck);
}

const backend = makeBackend();
const assumed = {
  slots: about.slots,
  serviceMs: about.meanMs,
  sloMs,
  capacityPerSecond: (about.slots * 1_000) / about.meanMs,
};
const protection = protectionBy(options.contestant, assumed);
const addresses = await listen(options, protection, workController(options, protection, backend));

async function follow(order: PlantOrder): Promise<void> {
  if (order.plant === 'reset') await backend.reset();
  if (order.plant === 'prepare') protection.prepare?.(order.settings);
  if (order.plant === 'slow') {
    for (const { atMs, factor } of order.changes) {
      setTimeout(() => backend.slow(factor), order.startAtMs + atMs - Date.now());
    }
  }
  process.send?.({ plant: 'done', id: order.id });
}

const ORDERS: ReadonlySet<unknown> = new Set(['reset', 'prepare', 'slow']);
process.on('message', (order: PlantOrder) => {
  // The harness asks the process other things too.
  if (ORDERS.has(order.plant)) void follow(order);
});
sayReady(addresses);
