import { type NatsLink, provision } from '@beamline/jetstream';
import type { NatsEvent, ProvisionSpecs } from '@beamline/jetstream/core';
import { type Clock, monotonicClock, type Observer } from '@beamline/kernel';

/** Shortest time from one attempt to the next, in milliseconds: a thousand failed publishes are one reason to look. */
const PAUSE_MS = 500;

/** What {@link restoreMissing} needs to know of its surroundings. */
export interface RestoreMissingOptions {
  readonly link: NatsLink;
  /** What shall exist. */
  readonly specs: ProvisionSpecs;
  readonly observe: Observer<NatsEvent>;
  /** Default: the monotonic clock. */
  readonly clock?: Clock;
}

/**
 * Hears of publishes that no stream took, and makes anew what somebody deleted. The pull worker only notices the loss
 * of its own stream; without this a deleted record bucket would refuse every keyed request until the next restart.
 */
export function restoreMissing(options: RestoreMissingOptions): Observer<NatsEvent> {
  const { clock = monotonicClock } = options;
  let isPlanned = false;
  let notBeforeMs = 0;
  return (event) => {
    if (event.type !== 'publish-failed' || event.reason !== 'no_stream' || isPlanned) return;
    isPlanned = true;
    const inMs = Math.max(0, notBeforeMs - clock.nowMs());
    setTimeout(() => {
      // From here on a failure may be about something that went missing after we looked.
      isPlanned = false;
      notBeforeMs = clock.nowMs() + PAUSE_MS;
      void attempt(options);
    }, inMs).unref();
  };
}

async function attempt({ link, specs, observe }: RestoreMissingOptions): Promise<void> {
  const { connection } = link;
  if (!connection || !link.isConnected) return;
  try {
    await makeAnew(connection, specs, observe);
  } catch (error) {
    // Somebody may still be deleting: the next publish that no stream takes is reason to look again.
    const message = error instanceof Error ? error.message : String(error);
    observe({ type: 'subscribe-failed', reason: 'unknown', message });
  }
}

/** Makes what is missing, and tells of it even where the rest fails. @throws what {@link provision} throws. */
export async function makeAnew(
  connection: Parameters<typeof provision>[0],
  specs: ProvisionSpecs,
  observe: Observer<NatsEvent>,
): Promise<void> {
  const names: string[] = [];
  try {
    await provision(connection, specs, (name) => void names.push(name));
  } finally {
    if (names.length > 0) observe({ type: 'restored', names });
  }
}
