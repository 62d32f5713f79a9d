import { createGateway, type NatsSource } from '@beamline/gateway-adapter';
import type { ClassName } from '../overload/load/load-messages.js';
import type { WayName } from './ways.js';

/** What became of a request that was sent. */
export interface Ending {
  readonly outcome: 'accepted' | 'refused' | 'failed';
}

/** To be told how a request ended. */
export type Settle = (ending: Ending) => void;

/** Asked before a request is sent. @returns `undefined`: it is held back */
export type Gatekeeper = (criticality: ClassName) => Settle | undefined;

const nobody: Settle = () => undefined;

/** The contract's: asks so often, in milliseconds. */
const POLL_EVERY_MS = 5_000;

function ours(nats: NatsSource, subject: string, push: boolean): Gatekeeper {
  const gateway = createGateway({ nats, subject, status: { push } });
  gateway.start();
  return (criticality) => {
    const entry = gateway.admission(subject).admit({ criticality });
    if (!entry.admitted) return undefined;
    const { ticket } = entry;
    return ({ outcome }) => ticket.settle(outcome);
  };
}

/** The rule of the contract, and nothing else: asks for the status, and sends nothing while it is `active`. */
function polling(nats: NatsSource, subject: string): Gatekeeper {
  const asker = createGateway({ nats, subject, status: { push: false } });
  let isActive = false;
  const poll = async (): Promise<void> => {
    const status = await asker.status(subject);
    isActive = status?.['status'] === 'active';
  };
  // Gateways do not ask in step.
  setTimeout(() => setInterval(() => void poll(), POLL_EVERY_MS), POLL_EVERY_MS * Math.random());
  return () => (isActive ? undefined : nobody);
}

/** The gatekeeper of one gateway. */
export function gatekeeperOf(way: WayName, nats: NatsSource, subject: string): Gatekeeper {
  if (way === 'none') return () => nobody;
  return way === 'polling' ? polling(nats, subject) : ours(nats, subject, way === 'push');
}
