import { eventually, freePort, ScriptedGate } from '@beamline/testing';
import { credentials, Metadata, type ServiceError, type StatusObject } from '@grpc/grpc-js';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { Ctx, GrpcMethod, Payload, RpcException, Transport } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { loadReportTrailers } from './load-report-trailers.js';
import { RequestPermit, type RequestWork } from './permit.decorator.js';
import { Protected } from './protected.decorator.js';
import { ProtectionModule } from './protection.module.js';

const PROTO = `
syntax = "proto3";
package probe;
message Text { string text = 1; }
service Probe {
  rpc Ask (Text) returns (Text);
  rpc Fail (Text) returns (Text);
}
message Any { string type_url = 1; bytes value = 2; }
message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
message Duration { int64 seconds = 1; int32 nanos = 2; }
message RetryInfo { Duration retry_delay = 1; }
message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
message OrcaLoadReport {
  double rps_fractional = 6;
  map<string, double> named_metrics = 8;
  double application_utilization = 9;
}
`;

interface Text {
  readonly text: string;
}

@Controller()
@Protected('probe.ask')
class ProbeController {
  @GrpcMethod('Probe', 'Ask')
  ask(
    @Payload() { text }: Text,
    @Ctx() _metadata: unknown,
    @RequestPermit() work: RequestWork,
  ): Text {
    work.report({ serviceMs: 7 });
    return { text };
  }

  @GrpcMethod('Probe', 'Fail')
  fail({ text }: Text): never {
    throw new RpcException({ code: Number(text), message: 'failed', details: 'failed' });
  }
}

const dir = mkdtempSync(join(tmpdir(), 'beamline-probe-'));
const protoPath = join(dir, 'probe.proto');
let app: INestMicroservice;
let client: any;
let gate = new ScriptedGate();
const types = protobuf.parse(PROTO, { keepCase: true }).root;

function decoded(type: string, bytes: unknown): any {
  const codec = types.lookupType(`probe.${type}`);
  return codec.toObject(codec.decode(bytes as Uint8Array), { longs: Number });
}

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
    imports: [ProtectionModule.forRoot({ gates, domain: 'probe.test' })],
    controllers: [ProbeController],
  }).compile();
  const interceptors: any = [loadReportTrailers];
  app = module.createNestMicroservice({
    transport: Transport.GRPC,
    options: { url, package: 'probe', protoPath, channelOptions: { interceptors } },
    logger: false,
  });
  await app.listen();
  const loaded: any = grpc.loadPackageDefinition(loadSync(protoPath));
  client = new loaded.probe.Probe(url, credentials.createInsecure());
});

beforeEach(() => {
  gate = new ScriptedGate();
});

afterAll(async () => {
  client.close();
  await app.close();
  rmSync(dir, { recursive: true, force: true });
});

interface Asked {
  readonly error: ServiceError | null;
  readonly answer: Text | undefined;
  readonly status: StatusObject;
}

function ask(
  method: string,
  text: string,
  headers: Record<string, string> = {},
  options: object = {},
): Promise<Asked> {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return new Promise((resolve) => {
    let result: Pick<Asked, 'error' | 'answer'>;
    const call = client[method]({ text }, metadata, options, (error: any, answer: any) => {
      result = { error, answer };
    });
    call.on('status', (status: StatusObject) => setImmediate(() => resolve({ ...result, status })));
  });
}

function detailsIn(metadata: Metadata): Record<string, any> {
  const status = decoded('Status', metadata.get('grpc-status-details-bin')[0]);
  const found: Record<string, any> = {};
  for (const { type_url: url, value } of status.details) {
    const name = String(url).replace('type.googleapis.com/google.rpc.', '');
    found[name] = decoded(name, value);
  }
  return found;
}

it('serves what is admitted, with what the handler reports', async () => {
  const { answer } = await ask('Ask', 'hello');

  expect(answer).toEqual({ text: 'hello' });
  expect(gate.settled).toEqual([{ outcome: 'success', report: { serviceMs: 7 } }]);
});

it('refuses with RESOURCE_EXHAUSTED, RetryInfo, ErrorInfo, pushback and a load report', async () => {
  gate.refuse({ criticality: 'sheddable' });

  const { error } = await ask('Ask', 'hello');

  expect(error).toMatchObject({
    code: grpc.status.RESOURCE_EXHAUSTED,
    details: 'probe.ask is overloaded: the request would wait too long',
  });
  const metadata = error!.metadata;
  expect(metadata.get('grpc-retry-pushback-ms')).toEqual(['2001']);
  expect(detailsIn(metadata)).toEqual({
    RetryInfo: { retry_delay: { seconds: 2, nanos: 1_000_000 } },
    ErrorInfo: {
      reason: 'SERVICE_OVERLOADED',
      domain: 'probe.test',
      metadata: {
        subject: 'probe.ask',
        criticality: 'sheddable',
        reason: 'predicted_wait',
        state: 'active',
        retryable: 'true',
        predicted_wait_ms: '701',
        retry_after_ms: '2001',
      },
    },
  });
  expect(decoded('OrcaLoadReport', metadata.get('endpoint-load-metrics-bin')[0])).toEqual({
    rps_fractional: 80,
    application_utilization: 1.25,
    named_metrics: { queue_ms: 12, service_ms: 50, wait_ms: 700.5, shed: 0.4 },
  });
});

it('pushes back for good what shall not come back', async () => {
  gate.refuse({ retryable: false });

  const { error } = await ask('Ask', 'hello');

  expect(error!.metadata.get('grpc-retry-pushback-ms')).toEqual(['-1']);
  expect(detailsIn(error!.metadata)).not.toHaveProperty('RetryInfo');
});

it('is believed by gRPC clients that retry', async () => {
  gate.refuse({ retryAfterMs: 30 });
  const retry = { methodConfig: [{ name: [{ service: 'probe.Probe' }], retryPolicy: RETRY }] };
  const retrying = new client.constructor(
    client.getChannel().getTarget().replace('dns:', ''),
    credentials.createInsecure(),
    {
      'grpc.service_config': JSON.stringify(retry),
    },
  );

  const answer = new Promise((resolve) => {
    retrying.Ask({ text: 'again' }, (_error: unknown, text: unknown) => resolve(text));
  });
  await eventually(() => gate.requests.length > 0);
  gate.refuse();
  const refused = gate;
  gate = new ScriptedGate();

  expect(await answer).toEqual({ text: 'again' });
  expect([refused.requests.length, gate.requests.length]).toEqual([1, 1]);
  retrying.close();
});

const RETRY = {
  maxAttempts: 4,
  // Far longer than the test may take: only the pushback lets it pass.
  initialBackoff: '60s',
  maxBackoff: '60s',
  backoffMultiplier: 1,
  retryableStatusCodes: ['RESOURCE_EXHAUSTED'],
};

it('tells admission of class, tenant and the deadline of the call', async () => {
  const headers = { 'x-criticality': 'sheddable', tenant_id: 'acme' };

  await ask('Ask', 'hello', headers, { deadline: Date.now() + 10_000 });

  const [request] = gate.requests;
  expect(request).toMatchObject({ criticality: 'sheddable', tenantId: 'acme' });
  expect(request?.deadlineLeftMs).toBeGreaterThan(5_000);
  expect(request?.deadlineLeftMs).toBeLessThanOrEqual(10_000);
});

it('knows no deadline where the caller has none', async () => {
  await ask('Ask', 'hello');

  expect(gate.requests[0]?.deadlineLeftMs).toBeUndefined();
});

it.each`
  code  | outcome      | because
  ${3}  | ${'ignored'} | ${'bad input says nothing about capacity'}
  ${4}  | ${'dropped'} | ${'a timeout does'}
  ${8}  | ${'dropped'} | ${'a refusal further on does'}
  ${14} | ${'dropped'} | ${'so does a service that is away'}
`('settles code $code as $outcome: $because', async ({ code, outcome }) => {
  await ask('Fail', String(code));

  expect(gate.settled).toEqual([{ outcome, report: undefined }]);
});

it.each`
  effectiveStatus | asks   | told
  ${'inactive'}   | ${'0'} | ${0}
  ${'inactive'}   | ${'1'} | ${1}
  ${'active'}     | ${'0'} | ${1}
`('ends a call while $effectiveStatus, asked $asks, with $told load reports', async (given) => {
  gate.show({ effectiveStatus: given.effectiveStatus });

  const { status } = await ask('Ask', 'hello', { 'x-overload-report': given.asks });

  expect(status.metadata.get('endpoint-load-metrics-bin')).toHaveLength(given.told);
});
