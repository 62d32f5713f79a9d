import { eventually, freePort, ScriptedGate } from '@beamline/testing';
import { type ClientReadableStream, credentials, type ServiceError } from '@grpc/grpc-js';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { GrpcMethod, GrpcStreamCall, GrpcStreamMethod, Transport } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { map, type Observable, Subject } from 'rxjs';
import { Protected } from './protected.decorator.js';
import { ProtectionModule } from './protection.module.js';

const PROTO = `
syntax = "proto3";
package probe;
message Text { string text = 1; }
service Probe {
  rpc Watch (Text) returns (stream Text);
  rpc Talk (stream Text) returns (stream Text);
  rpc Pass (stream Text) returns (stream Text);
}
`;

interface Text {
  readonly text: string;
}

let answers = new Subject<Text>();

@Controller()
@Protected('probe.ask')
class ProbeController {
  @GrpcMethod('Probe', 'Watch')
  watch(): Observable<Text> {
    return answers;
  }

  @GrpcStreamMethod('Probe', 'Talk')
  talk(questions: Observable<Text>): Observable<Text> {
    return questions.pipe(map(({ text }) => ({ text: text.toUpperCase() })));
  }

  @GrpcStreamCall('Probe', 'Pass')
  pass(call: any): void {
    call.on('data', (question: Text) => call.write(question));
    call.on('end', () => call.end());
  }
}

const dir = mkdtempSync(join(tmpdir(), 'beamline-probe-'));
const protoPath = join(dir, 'probe.proto');
let app: INestMicroservice;
let client: any;
let gate = new ScriptedGate();
beforeAll(async () => {
  writeFileSync(protoPath, PROTO);
  const url = `127.0.0.1:${await freePort()}`;
  const gates = () => ({
    admit: (request: Parameters<ScriptedGate['admit']>[0]) => gate.admit(request),
    get admission() {
      return gate.admission;
    },
  });
  const module = await Test.createTestingModule({
    imports: [ProtectionModule.forRoot({ gates })],
    controllers: [ProbeController],
  }).compile();
  app = module.createNestMicroservice({
    transport: Transport.GRPC,
    options: { url, package: 'probe', protoPath },
    logger: false,
  });
  await app.listen();
  const loaded: any = grpc.loadPackageDefinition(loadSync(protoPath));
  client = new loaded.probe.Probe(url, credentials.createInsecure());
});

beforeEach(() => {
  gate = new ScriptedGate();
  answers = new Subject();
});

afterAll(async () => {
  client.close();
  await app.close();
  rmSync(dir, { recursive: true, force: true });
});

it('holds the permit until a stream has ended', async () => {
  const stream: ClientReadableStream<Text> = client.Watch({});
  const texts: string[] = [];
  stream.on('data', ({ text }: Text) => texts.push(text));
  const ended = new Promise((resolve) => {
    stream.on('end', resolve);
  });
  await eventually(() => gate.inHand === 1 && answers.observed);

  answers.next({ text: 'one' });
  await eventually(() => texts.length === 1);
  expect(gate.settled).toEqual([]);
  answers.complete();
  await ended;

  expect(gate.settled).toEqual([{ outcome: 'success', report: undefined }]);
});

it('gives the permit back when the reader of a stream leaves, and ends the work', async () => {
  const stream: ClientReadableStream<Text> = client.Watch({});
  stream.on('error', () => undefined);
  stream.on('data', () => undefined);
  await eventually(() => gate.inHand === 1 && answers.observed);

  stream.cancel();

  await eventually(() => gate.inHand === 0);
  expect(gate.settled).toEqual([{ outcome: 'ignored', report: undefined }]);
  expect(answers.observed).toBe(false);
});

it.each(['Talk', 'Pass'])(
  'holds the permit for the whole of a conversation: %s',
  async (method) => {
    const stream = client[method]();
    const texts: string[] = [];
    stream.on('data', ({ text }: Text) => texts.push(text));
    stream.write({ text: 'A' });
    await eventually(() => texts.length === 1);
    expect(gate.inHand).toBe(1);

    stream.end();

    await eventually(() => gate.inHand === 0);
    expect(gate.settled).toEqual([{ outcome: 'success', report: undefined }]);
  },
);

it.each(['Talk', 'Pass'])(
  'gives the permit back when a conversation breaks off: %s',
  async (method) => {
    const stream = client[method]();
    stream.on('error', () => undefined);
    const begun = new Promise((resolve) => {
      stream.on('data', resolve);
    });
    stream.write({ text: 'A' });
    await begun;

    stream.cancel();

    await eventually(() => gate.inHand === 0);
    expect(gate.settled).toHaveLength(1);
  },
);

it.each(['Watch', 'Talk', 'Pass'])('refuses a stream like any other call: %s', async (method) => {
  gate.refuse();
  const stream = method === 'Watch' ? client.Watch({}) : client[method]();
  stream.on('data', () => undefined);

  const error = await new Promise<ServiceError>((resolve) => {
    stream.on('error', resolve);
  });

  expect(error.code).toBe(grpc.status.RESOURCE_EXHAUSTED);
  expect(error.metadata.get('grpc-retry-pushback-ms')).toEqual(['2001']);
});
