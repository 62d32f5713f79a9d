import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulateCommand, SimulateError } from './simulate-command.js';

describe('npm run simulate', () => {
  let folder: string;
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const said = (...args: string[]): string => {
    const lines: string[] = [];
    simulateCommand(args, (text) => lines.push(text));
    return lines.join('\n');
  };
  const small = (): string =>
    file(
      'small.json',
      JSON.stringify({
        slots: 4,
        phases: [
          { seconds: 2, load: 0.5 },
          { seconds: 3, load: 3 },
          { seconds: 2, load: 0.5 },
        ],
        thresholds: { queue_overload: 5, inflight_overload: 8 },
      }),
    );

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'beamline-simulate-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('prints one row per controller for settings of the user', () => {
    const table = said('--settings', small(), '--controller', 'beamline', '--controller', 'vegas');

    expect(table).toMatch(/## own-settings/);
    expect(table).toMatch(/\| beamline +\|/);
    expect(table).toMatch(/\| vegas +\|/);
  });

  it('lets gateways that are described meet the settings of the user', () => {
    const settings = file(
      'gateways.json',
      JSON.stringify({
        slots: 4,
        phases: [{ seconds: 3, load: 3 }],
        gateways: { shares: [2, 1] },
      }),
    );
    const table = said('--settings', settings);

    expect(table).toMatch(/held back/);
    expect(table).toMatch(/\| gateway +\|/);
    expect(table).not.toMatch(/\| vegas +\|/);
  });

  it('prints the same for the same seed', () => {
    const args = ['--settings', small(), '--controller', 'beamline', '--seed', '7'];

    expect(said(...args)).toBe(said(...args));
  });

  it('prints median and range over several runs', () => {
    const table = said('--settings', small(), '--controller', 'beamline', '--runs', '3');

    expect(table).toMatch(/\d+ ms \(\d+ ms–\d+ ms\)/);
  });

  it('writes plots and figures', () => {
    const out = join(folder, 'out');
    said('--settings', small(), '--controller', 'beamline', '--out', out);

    const names = ['goodput', 'latency', 'refusals', 'status'].map(
      (it) => `own-settings-${it}.svg`,
    );
    expect(readdirSync(out).toSorted()).toEqual(['figures.json', ...names]);
    expect(readFileSync(join(out, 'own-settings-goodput.svg'), 'utf8')).toMatch(
      /^<svg .*<\/svg>\n$/s,
    );
    expect(JSON.parse(readFileSync(join(out, 'figures.json'), 'utf8'))).toMatchObject([
      { workload: 'own-settings', results: [{ controller: 'beamline', runs: [{ seed: 1 }] }] },
    ]);
  });

  it('replays a trace of the user', () => {
    const rows = Array.from({ length: 300 }, (_, n) => `${n * 10},${20 + (n % 5)}`);
    const trace = file('trace.csv', `at_ms,service_ms\n${rows.join('\n')}\n`);

    expect(said('--trace', trace, '--controller', 'beamline')).toMatch(/## own-trace/);
  });

  it('lists workloads and controllers', () => {
    expect(said('--list')).toMatch(/W2-5x[^]*beamline-strict/);
  });

  it.each([
    [['--nope'], /Unknown option '--nope'[^]*Usage/],
    [['--workload', 'W99'], /--workload "W99" is unknown. Known: W1-0.8x/],
    [['--controller', 'x'], /--controller "x" is unknown. Known: beamline/],
    [['--seed', '-1'], /--seed/],
    [['--runs', '101'], /--runs must be a whole number from 1 to 100 \(got "101"\)/],
    [['--settings', '/nowhere/x.json'], /\/nowhere\/x.json cannot be read: ENOENT/],
    [['--trace', '/nowhere/x.csv'], /cannot be read/],
  ])('refuses %j', (args, message) => {
    expect(() => said(...args)).toThrow(SimulateError);
    expect(() => said(...args)).toThrow(message);
  });

  it('refuses settings by the names of the fields', () => {
    const broken = file('broken.json', '{"slots": -1, "admission": {"mode": "odd"}}');

    expect(() => said('--settings', broken)).toThrow(/broken.json is refused:\n {2}slots: must be/);
    expect(() => said('--settings', broken)).toThrow(/admission.mode: must be one of/);
  });

  it('refuses what is no JSON, and a trace with a broken line', () => {
    expect(() => said('--settings', file('x.json', '{'))).toThrow(/x.json is no JSON/);
    expect(() => said('--trace', file('x.csv', 'at_ms\n1\nx'))).toThrow(/x.csv: line 3: at_ms/);
  });

  it('refuses a workload beside settings', () => {
    expect(() => said('--settings', small(), '--workload', 'W2')).toThrow(
      /cannot be given together/,
    );
  });
});
