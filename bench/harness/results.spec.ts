import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Report, rowOf, writeReport } from './results.js';

const aReport = (): Report => ({
  rows: [rowOf('decide()', 'ns', [900, 1_000, 1_100], { atMost: 2_000 })],
  machine: { cpu: 'a cpu', cores: 2, node: 'v20.0.0', os: 'linux-x64' },
  date: '2026-01-02T03:04:05.000Z',
  commit: 'abc1234',
});

describe('rowOf', () => {
  it('tells the median with the extremes and the number of rounds', () => {
    expect(rowOf('x', 'ns', [3, 1, 2])).toEqual({
      row: 'x',
      value: 2,
      unit: 'ns',
      target: null,
      met: null,
      min: 1,
      max: 3,
      runs: 3,
    });
  });

  it.each`
    rounds              | target              | spelled     | met      | because
    ${[0.7, 0.8, 0.9]}  | ${{ atLeast: 0.8 }} | ${'>= 0.8'} | ${true}  | ${'the bound itself is met'}
    ${[0.7, 0.79, 0.9]} | ${{ atLeast: 0.8 }} | ${'>= 0.8'} | ${false} | ${'below a lower bound is missed'}
    ${[1, 2, 3]}        | ${{ atMost: 2 }}    | ${'<= 2'}   | ${true}  | ${'the bound itself is met'}
    ${[1, 2.1, 3]}      | ${{ atMost: 2 }}    | ${'<= 2'}   | ${false} | ${'above an upper bound is missed'}
    ${[0.79999]}        | ${{ atLeast: 0.8 }} | ${'>= 0.8'} | ${false} | ${'a target is not met by rounding'}
  `('$because: $rounds against $spelled', ({ rounds, target, spelled, met }) => {
    expect(rowOf('x', 'x', rounds, target)).toMatchObject({ target: spelled, met });
  });

  it('refuses a figure without a measurement', () => {
    expect(() => rowOf('x', 'ns', [])).toThrow('no samples');
    expect(() => rowOf('x', 'ns', [1, Number.NaN])).toThrow('a sample is NaN');
  });
});

describe('writeReport', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'beamline-results-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('writes rows, machine, date and commit, and nothing else, to <name>.json', () => {
    const path = writeReport(join(folder, 'new'), 'decide', aReport());

    expect(path).toBe(join(folder, 'new', 'decide.json'));
    const written = JSON.parse(readFileSync(path, 'utf8'));
    expect(written).toEqual(aReport());
    expect(Object.keys(written)).toEqual(['rows', 'machine', 'date', 'commit']);
    expect(Object.keys(written.rows[0])).toEqual([
      'row',
      'value',
      'unit',
      'target',
      'met',
      'min',
      'max',
      'runs',
    ]);
  });
});
