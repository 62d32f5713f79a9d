import { eventually, freePort, ScriptedGate } from '@beamline/testing';
import { credentials, loadPackageDefinition, Metadata, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { GrpcMethod, Transport } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Protected } from './protected.decorator.js';
import { ProtectionModule } from './protection.module.js';

const PROTO = `
syntax = "proto3";
package sums;
message Numbers { int32 count = 1; }
service Sums { rpc Compute (Numbers) returns (Numbers); }
`;
const RESOURCE_EXHAUSTED = 8;
const CALLS = 40;
const WORK_MS = 8;

let computed = 0;

@Controller()
@Protected('sums')
class SumsController {
  @GrpcMethod('Sums', 'Compute')
  compute(numbers: object): object {
    const untilMs = performance.now() + WORK_MS;
    while (performance.now() < untilMs);
    computed += 1;
    return numbers;
  }
}

const dir = mkdtempSync(join(tmpdir(), 'beamline-sums-'));
let app: INestMicroservice;
let client: any;
let gate: ScriptedGate;

beforeEach(async () => {
  computed = 0;
  gate = new ScriptedGate();
  const protoPath = join(dir, 'sums.proto');
  writeFileSync(protoPath, PROTO);
  const url = `127.0.0.1:${await freePort()}`;
  const module = await Test.createTestingModule({
    imports: [ProtectionModule.forRoot({ gates: () => gate })],
    controllers: [SumsController],
  }).compile();
  app = module.createNestMicroservice({
    transport: Transport.GRPC,
    options: { url, package: 'sums', protoPath },
    logger: false,
  });
  await app.listen();
  const loaded: any = loadPackageDefinition(loadSync(protoPath));
  client = new loaded.sums.Sums(url, credentials.createInsecure());
});

afterEach(async () => {
  client.close();
  await app.close();
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('refuses what its caller has no time for any more when its turn comes', async () => {
  const impatient = new Metadata();
  impatient.set('x-timeout-ms', String(5 * WORK_MS));
  const ask = (): Promise<number> =>
    new Promise((resolve) => {
      client.Compute({}, impatient, (error: ServiceError | null) => resolve(error?.code ?? 0));
    });

  const codes = await Promise.all(Array.from({ length: CALLS }, ask));

  const refused = codes.filter((code) => code === RESOURCE_EXHAUSTED);
  expect(refused.length).toBeGreaterThan(CALLS / 4);
  expect(computed).toBe(CALLS - refused.length);
  expect(gate.settled.filter(({ outcome }) => outcome === 'dropped')).toHaveLength(refused.length);
});

it('does not begin what its caller has cancelled while it waited for its turn', async () => {
  const calls = Array.from({ length: CALLS }, () => client.Compute({}, () => undefined));

  await eventually(() => expect(gate.requests).toHaveLength(CALLS), { intervalMs: 1 });
  for (const call of calls) call.cancel();

  await eventually(() => expect(gate.inHand).toBe(0));
  expect(computed).toBeLessThan(CALLS);
  expect(gate.settled.filter(({ outcome }) => outcome === 'ignored')).not.toHaveLength(0);
});
