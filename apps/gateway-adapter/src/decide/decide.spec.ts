import { RequestReader, type RouterAnswer } from '@beamline/gateway-adapter';
import { ScriptedGateway } from '@beamline/testing';
import type { Entrance } from '../entrance/entrance.js';
import type { HttpReply, HttpRequest } from '../http/http-types.js';
import { DecideController } from './decide.controller.js';
import { DecideDesk } from './decide-desk.js';

const REQUEST = {
  version: '1',
  tenant_id: 'acme',
  request_id: 'r1',
  task: { type: 'chat', payload: {} },
};
const DECIDED: RouterAnswer = { kind: 'decided', body: new TextEncoder().encode('{"ok":true}') };

/** Asks the controller of a gateway that lets everybody in; the status of the answer, and how the ticket was settled. */
async function ask(body: string): Promise<{ status: number; settled: readonly string[] }> {
  const door = new ScriptedGateway();
  const entrance: Pick<Entrance, 'serve'> = {
    serve: async ({ headers }, _rules, route) => {
      const entry = door.admission().enter(headers);
      const ticket = entry.admitted ? entry.ticket : undefined;
      return route({ ok: true, headers, ticket, answerHeaders: {} } as never);
    },
  };
  const asker = { decide: async () => DECIDED, getDecision: async () => DECIDED };
  const desk = new DecideDesk({
    gateway: asker,
    router: asker,
    refusalStatus: 429,
    mayRaise: () => false,
    maxTimeoutMs: 5_000,
  });
  let status = 0;
  const reply = { code: (is: number) => void (status = is), headers: () => 0, send: () => 0 };
  const request: HttpRequest = { headers: {}, body: Buffer.from(body), ip: '10.0.0.1' };
  const controller = new DecideController(entrance as Entrance, new RequestReader(), desk);
  await controller.decide(request, reply as unknown as HttpReply);
  return { status, settled: door.settled };
}

it('a request that breaks rules gives back what letting it in has spent', async () => {
  expect(await ask('{"version":"2"}')).toEqual({ status: 400, settled: ['unsent'] });
});

it('one that is sent is left to whoever sends it', async () => {
  expect(await ask(JSON.stringify(REQUEST))).toEqual({ status: 200, settled: [] });
});
