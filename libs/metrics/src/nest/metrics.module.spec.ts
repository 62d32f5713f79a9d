import { Test } from '@nestjs/testing';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { metricsPageProblems, MetricsModule, Registry, routerMetrics } from '../index.js';

it.each(['/metrics', '/_metrics'])('%s serves the registry and the process', async (url) => {
  const app = await anApp(true);

  const answer = await app.inject({ method: 'GET', url });
  await app.close();

  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(answer.body).toContain('# TYPE router_grpc_requests_total counter');
  expect(answer.body).toContain('# TYPE process_cpu_seconds_total counter');
  expect(metricsPageProblems(answer.body)).toEqual([]);
});

it('serves nothing when the page is turned off', async () => {
  const app = await anApp(false);

  const answer = await app.inject({ method: 'GET', url: '/metrics' });
  await app.close();

  expect(answer.statusCode).toBe(404);
});

async function anApp(enabled: boolean): Promise<NestFastifyApplication> {
  const registry = new Registry();
  routerMetrics(registry, { subjects: [] });
  const imports = [MetricsModule.forRoot({ registry, enabled })];
  const module = await Test.createTestingModule({ imports }).compile();
  const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  await app.init();
  return app;
}
