import { setTimeout as sleep } from 'node:timers/promises';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { kvKey } from '@beamline/contracts/core';
import { aRequest } from './requests.js';
import type { AppProcess } from './stack.js';

export const DECIDE = 'beamline.router.v1.decide';
/** Publishes that wait for their acknowledgement at once. */
const BATCH = 200;
/** Messages that wait in the stream at most: enough to be overloaded, and soon worked off. */
const MOST_WAITING = 3000;

/** What a replica tells of overload, through every window it has. */
export class OverloadWatch {
  constructor(
    private readonly nc: NatsConnection,
    private readonly router: AppProcess,
  ) {}

  /** One of all replicas answers: who, is not for the caller to say. */
  async statusOverNats(): Promise<any> {
    const query = JSON.stringify({ subject: DECIDE });
    const reply = await this.nc.request('beamline.router.v1.status.backpressure', query);
    return reply.json<any>().data;
  }

  get(path: string): Promise<any> {
    return this.call('GET', path);
  }

  async call(method: string, path: string, body?: object): Promise<any> {
    const response = await fetch(`${this.router.addresses.http}/api/v1/backpressure${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const answer: any = await response.json();
    if (!answer.success) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer.data;
  }

  /** The value of the one series that begins so. */
  async metric(start: string): Promise<number> {
    const page = await (await fetch(`${this.router.addresses.http}/metrics`)).text();
    const line = page.split('\n').find((each) => each.startsWith(start));
    return Number(line?.split(' ').at(-1) ?? Number.NaN);
  }

  /** Types of the events of the decide subject, the oldest first. */
  async eventTypes(): Promise<readonly string[]> {
    const events: any[] = await this.get(`/events?subject=${DECIDE}`);
    return events.map(({ type }) => type).toReversed();
  }
}

/** Keeps durable requests waiting in the stream, until `enough`. @returns How many were stored. */
export async function flood(nc: NatsConnection, enough: () => boolean): Promise<number> {
  const js = jetstream(nc);
  const manager = await jetstreamManager(nc);
  let sent = 0;
  while (!enough()) {
    const { messages } = (await manager.streams.info('router-stream')).state;
    if (messages > MOST_WAITING) {
      await sleep(20);
      continue;
    }
    await Promise.all(
      Array.from({ length: BATCH }, () =>
        js.publish(`${DECIDE}.async`, JSON.stringify(aRequest())),
      ),
    );
    sent += BATCH;
  }
  return sent;
}

/** Alerts as they are published, in their order. */
export function alertsOf(nc: NatsConnection): any[] {
  const alerts: any[] = [];
  nc.subscribe('beamline.alert.v1.*', {
    callback: (_error, message) => void alerts.push(message.json()),
  });
  return alerts;
}

/** What the stream of events keeps of the decide subject, in its order. */
export async function storedEvents(nc: NatsConnection): Promise<readonly any[]> {
  const manager = await jetstreamManager(nc);
  const subject = `beamline.router.v1.events.backpressure.${kvKey(DECIDE)}`;
  const { last_seq: last } = (await manager.streams.info('router-events')).state;
  const stored: any[] = [];
  for (let seq = 1; seq <= last; seq += 1) {
    const message = await manager.streams.getMessage('router-events', { seq });
    if (message?.subject === subject) stored.push(message.json());
  }
  return stored;
}
