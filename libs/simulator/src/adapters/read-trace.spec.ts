import { DEFAULT_SCENARIO } from '../core/scenario.js';
import { paceTrace } from '../core/trace.js';
import { readTrace } from './read-trace.js';

describe('readTrace', () => {
  it('reads times, service times, classes and tenants in any order of columns and lines', () => {
    const text =
      'tenant,AT_MS,criticality,service_ms,other\nb,1500,critical,20,x\n\na,500,,,\r\nc,900,SHEDDABLE,0,\n';

    expect(readTrace(text)).toEqual({
      ok: true,
      lines: [
        expect.objectContaining({ atMs: 0, tenantId: 'a', criticality: undefined }),
        expect.objectContaining({ atMs: 400, tenantId: 'c', criticality: 'sheddable' }),
        expect.objectContaining({ atMs: 1000, tenantId: 'b', serviceMs: 20 }),
      ],
    });
  });

  it('reads the columns of the Azure LLM inference trace', () => {
    const text =
      'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n2023-11-16 18:15:50.9951690,396,109\n';

    expect(readTrace(text)).toEqual({
      ok: true,
      lines: [
        expect.objectContaining({ atMs: 0, work: 44 }),
        expect.objectContaining({ atMs: 4315, work: 109 }),
      ],
    });
  });

  it.each([
    ['', 'line 1 must name a column at_ms or TIMESTAMP'],
    ['a,b\n1,2\n1,2', 'line 1 must name a column at_ms or TIMESTAMP'],
    ['at_ms\n1', 'there must be two requests or more below the header'],
    ['at_ms\n1\nsoon', 'line 3: at_ms is no time: "soon"'],
    ['at_ms\n1\nInfinity', 'line 3: at_ms is no time: "Infinity"'],
    ['timestamp\n2023-11-16 18:15:46\nyesterday', 'line 3: TIMESTAMP is no time: "yesterday"'],
    ['at_ms,service_ms\n1,-3\n2,1', 'line 2: service_ms must be a number, 0 or more: "-3"'],
    ['at_ms,criticality\n1,\n2,urgent', 'line 3: criticality must be one of critical, default'],
  ])('refuses %j: %s', (text, problem) => {
    expect(readTrace(text)).toEqual({ ok: false, problem: expect.stringContaining(problem) });
  });

  it('is paced to a mean load, and its work to the mean service time of the plant', () => {
    const lines = Array.from({ length: 101 }, (_, n) => ({ atMs: n * 1000, work: 1 + (n % 3) }));
    const arrivals = paceTrace(lines, { ...DEFAULT_SCENARIO, phases: [] }, 0.5);

    const seconds = (arrivals.at(-1)?.atMs ?? 0) / 1000;
    const services = arrivals.map(({ serviceMs = 0 }) => serviceMs);
    expect(arrivals.length / seconds).toBeCloseTo(400, 6);
    expect(services.reduce((sum, ms) => sum + ms, 0) / services.length).toBeCloseTo(50, 6);
  });
});
