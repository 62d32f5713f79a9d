import { DIVERGENCES, LATER } from './ledger.js';
import { UNIT_CASES } from './unit-cases.js';
import { idOf, VECTORS } from './vectors.js';
import { WIRE_CASES, startWire, type Wire } from './wire-cases.js';

const TOLD_IN_WORDS = new Set(['any non-empty text', 'non-empty text']);

const inLedger = (id: string, area: string): boolean =>
  id in LATER || area in LATER || id in DIVERGENCES;
const toRun = VECTORS.filter((vector) => !inLedger(idOf(vector), vector.area));
const onWire = toRun.filter((vector) => idOf(vector) in WIRE_CASES);
const byFunction = toRun.filter((vector) => !(idOf(vector) in WIRE_CASES));

it.each(byFunction.map((vector) => [idOf(vector), vector] as const))('%s', (_id, vector) => {
  const runner = UNIT_CASES[vector.area];

  expect(runner).toBeDefined();
  expect(runner?.(vector)).toMatchObject(expectationOf(vector.expect));
});

describe('through the doors', () => {
  let wire: Wire;

  beforeAll(async () => {
    wire = await startWire();
  });

  afterAll(async () => {
    await wire.stop();
  });

  it.each(onWire.map((vector) => [idOf(vector), vector] as const))('%s', async (id, vector) => {
    expect(await WIRE_CASES[id]?.(wire, vector)).toMatchObject(expectationOf(vector.expect));
  });
});

describe('the ledger', () => {
  it('names no case and no area that does not exist', () => {
    const known = new Set(VECTORS.flatMap((vector) => [idOf(vector), vector.area]));

    expect(
      [...Object.keys(LATER), ...Object.keys(DIVERGENCES)].filter((id) => !known.has(id)),
    ).toEqual([]);
  });

  it('says of no case both that it comes later and that it differs', () => {
    const both = Object.keys(DIVERGENCES).filter(
      (id) => id in LATER || (id.split('/')[0] ?? '') in LATER,
    );

    expect(both).toEqual([]);
  });

  it('leaves no case of level wire to a function', () => {
    expect(byFunction.filter(({ level }) => level === 'wire').map(idOf)).toEqual([]);
  });

  it('accounts for each of the 180 cases', () => {
    expect(VECTORS).toHaveLength(180);
    expect(new Set(VECTORS.map(idOf)).size).toBe(180);
  });
});

/** Some cases say in words what is expected; the rest is data. */
function expectationOf(expected: Record<string, unknown>): Record<string, unknown> {
  const anyText: unknown = expect.stringMatching(/./);
  return Object.fromEntries(
    Object.entries(expected).map(([key, value]) => [
      key,
      typeof value === 'string' && TOLD_IN_WORDS.has(value) ? anyText : value,
    ]),
  );
}
