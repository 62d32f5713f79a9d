import { recorder } from '@beamline/testing';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OverloadEvent } from '../core/index.js';
import {
  latencyQuery,
  PrometheusLatency,
  type PrometheusLatencyOptions,
} from './prometheus-latency.js';

const ends: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

it('asks for the p95 of the last minute, in milliseconds', async () => {
  const { prometheus, asked, observed } = await aPrometheus(vector('0.1234'));

  expect(await prometheus.p95Ms('work.do')).toBeCloseTo(123.4);
  expect(asked.map(({ url }) => decodeURIComponent(url.replaceAll('+', ' ')))).toEqual([
    '/api/v1/query?query=histogram_quantile(0.95, sum by (le) (rate(' +
      'router_intake_processing_latency_seconds_bucket{subject="work.do"}[1m])))',
  ]);
  expect(observed.events).toEqual([
    { type: 'p95-calculated', subject: 'work.do', source: 'prometheus' },
  ]);
});

it('keeps what stands before the API in its URL, and takes its credentials out', async () => {
  const { asked, origin } = await aPrometheus(vector('1'));
  const url = `${origin.replace('http://', 'http://me:s%C3%A9cret@')}/team/prometheus?x=1`;
  const prometheus = new PrometheusLatency({ url });

  await prometheus.p95Ms('s');

  expect(asked[0]?.url).toMatch(/^\/team\/prometheus\/api\/v1\/query\?query=/);
  const { authorization } = asked[0]?.headers ?? {};
  expect(Buffer.from(`${authorization}`.slice(6), 'base64').toString()).toBe('me:sécret');
});

it('does not let a subject speak PromQL', () => {
  expect(latencyQuery('a"} or vector(1) or x{y="\\\n')).toContain(
    '{subject="a\\"} or vector(1) or x{y=\\"\\\\\\n"}[1m]',
  );
});

it('asks once for all that want to know the same at the same time', async () => {
  const { prometheus, asked } = await aPrometheus(vector('1'));

  await Promise.all(Array.from({ length: 20 }, () => prometheus.p95Ms('work.do')));

  expect(asked).toHaveLength(1);
});

it.each([
  ['that nobody counts', JSON.stringify({ status: 'success', data: { result: [] } })],
  ['that had none in the last minute', vector('NaN')],
])('takes a subject %s for one without requests, and not for a failure', async (_what, body) => {
  const { prometheus, observed } = await aPrometheus(body);

  expect(await prometheus.p95Ms('work.do')).toBeUndefined();
  expect(observed.events).toEqual([
    { type: 'p95-calculated', subject: 'work.do', source: 'unknown' },
  ]);
});

it.each<[string, string, RegExp]>([
  ['an endless latency', vector('+Inf'), /no latency.*Inf/],
  ['a latency below 0', vector('-1'), /no latency.*-1/],
  ['no number', vector('fast'), /no latency.*fast/],
  ['an empty number', vector(''), /no latency/],
  ['a scalar in the place of a series', '{"data":{"result":[1,"2"]}}', /no latency/],
  ['an error', '{"status":"error","error":"bad_data"}', /no result/],
  ['null', 'null', /no result/],
  ['a page', '<html>', /not JSON/],
  ['nothing', '', /not JSON/],
])('knows nothing from %s', async (_what, body, problem) => {
  const { prometheus, observed } = await aPrometheus(body);

  expect(await prometheus.p95Ms('work.do')).toBeUndefined();
  expect(observed.events).toEqual([
    {
      type: 'p95-calculated',
      subject: 'work.do',
      source: 'unknown',
      error: expect.stringMatching(problem),
    },
  ]);
});

it.each([400, 401, 404, 500, 503])(
  'knows nothing from an answer with status %i',
  async (status) => {
    const { prometheus, observed } = await aPrometheus(vector('1'), (_request, response) => {
      response.statusCode = status;
    });

    expect(await prometheus.p95Ms('work.do')).toBeUndefined();
    expect(observed.events[0]).toMatchObject({ error: `Prometheus answered ${status}` });
  },
);

it('does not go where it is sent', async () => {
  const elsewhere = await aPrometheus(vector('1'));
  const { prometheus } = await aPrometheus('', (_request, response) => {
    response.writeHead(302, { location: `${elsewhere.origin}/api/v1/query` });
  });

  expect(await prometheus.p95Ms('work.do')).toBeUndefined();
  expect(elsewhere.asked).toEqual([]);
});

it('does not read more than it may', async () => {
  const { prometheus, observed } = await aPrometheus(' '.repeat(70_000) + vector('1'));

  expect(await prometheus.p95Ms('work.do')).toBeUndefined();
  expect(observed.events[0]).toMatchObject({ error: expect.stringContaining('65536 bytes') });
});

it('does not wait longer than it may, neither for an answer nor for its end', async () => {
  const silent = await aPrometheus(undefined, undefined, { timeoutMs: 50 });
  const endless = await aPrometheus(
    undefined,
    (_request, response) => void response.write(vector('1')),
    { timeoutMs: 50 },
  );

  expect(await silent.prometheus.p95Ms('work.do')).toBeUndefined();
  expect(await endless.prometheus.p95Ms('work.do')).toBeUndefined();
});

it('knows nothing where nobody listens, and says so without its credentials', async () => {
  const observed = recorder<OverloadEvent>();
  const url = 'http://me:secret@127.0.0.1:9';
  const prometheus = new PrometheusLatency({ url, observe: observed.observe });

  expect(await prometheus.p95Ms('work.do')).toBeUndefined();
  expect(JSON.stringify(observed.events)).not.toContain('secret');
});

it('ends what it is asking when it is stopped', async () => {
  const { prometheus, asked } = await aPrometheus(undefined, undefined, { timeoutMs: 60_000 });
  const answer = prometheus.p95Ms('work.do');
  while (asked.length === 0) await new Promise(setImmediate);

  prometheus.stop();

  expect(await answer).toBeUndefined();
});

it.each(['', 'prometheus:9090', 'ftp://prometheus', 'http://', 'file:///etc/passwd'])(
  'refuses %j as its URL',
  (url) => {
    expect(() => new PrometheusLatency({ url })).toThrow(/prometheusUrl must be a URL of http/);
  },
);

it.each(['http://me:50%25%@prometheus', 'http://%E4:x@prometheus'])(
  'refuses the credentials of %j, and does not repeat them',
  (url) => {
    const refusal = /^name and password in prometheusUrl must be percent-encoded UTF-8$/;
    expect(() => new PrometheusLatency({ url })).toThrow(refusal);
    expect(() => new PrometheusLatency({ url })).toThrow(RangeError);
  },
);

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** @param body What it answers; `undefined`: it never ends its answer. */
async function aPrometheus(
  body: string | undefined,
  before: Handler = () => undefined,
  options: Partial<PrometheusLatencyOptions> = {},
) {
  const asked: { url: string; headers: IncomingMessage['headers'] }[] = [];
  const server = createServer((request, response) => {
    asked.push({ url: request.url ?? '', headers: request.headers });
    before(request, response);
    if (body !== undefined) response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const observed = recorder<OverloadEvent>();
  const prometheus = new PrometheusLatency({ url: origin, observe: observed.observe, ...options });
  return { prometheus, asked, observed, origin };
}

function vector(value: string): string {
  const result = [{ metric: {}, value: [1_700_000_000, value] }];
  return JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
}
