import { PermitLedger } from './permit-ledger.js';

const TTL_MS = 8_000;

it('counts what is in hand', () => {
  const ledger = new PermitLedger(TTL_MS);

  const generation = ledger.take(0);
  ledger.take(10);
  expect(ledger.inHand).toBe(2);

  expect(ledger.giveBack(generation)).toBe(true);
  expect(ledger.inHand).toBe(1);
});

it('writes a permit off once it is as old as its time to live', () => {
  const ledger = new PermitLedger(TTL_MS);
  ledger.take(0);

  expect(ledger.sweep(TTL_MS - 1)).toBe(0);
  expect(ledger.sweep(TTL_MS)).toBe(1);
  expect(ledger.inHand).toBe(0);
});

it('does not write off what was given back', () => {
  const ledger = new PermitLedger(TTL_MS);
  const [first] = [ledger.take(0), ledger.take(0), ledger.take(0)];
  ledger.giveBack(first);

  expect(ledger.sweep(TTL_MS)).toBe(2);
  expect(ledger.inHand).toBe(0);
});

it('finds a permit again after others have been written off, again and again', () => {
  const ledger = new PermitLedger(TTL_MS);
  for (let atMs = 0; atMs < 40_000; atMs += 2_000) {
    const old = ledger.take(atMs);
    ledger.sweep(atMs + TTL_MS);
    const young = ledger.take(atMs + TTL_MS);

    expect(ledger.giveBack(old)).toBe(false);
    expect(ledger.giveBack(young)).toBe(true);
    expect(ledger.inHand).toBe(0);
    ledger.sweep(atMs + 2 * TTL_MS);
  }
});

it('tells permits apart by their age wherever the clock began', () => {
  const ledger = new PermitLedger(TTL_MS);
  ledger.take(1_000_000);
  ledger.take(1_000_500);
  ledger.take(1_002_000);

  expect(ledger.sweep(1_000_500 + TTL_MS)).toBe(2);
  expect(ledger.sweep(1_002_000 + TTL_MS)).toBe(1);
});

it('lets a permit live an eighth of its time longer with a younger one of its generation', () => {
  const ledger = new PermitLedger(TTL_MS);
  ledger.take(0);
  ledger.take(999);
  ledger.take(1_000);

  expect(ledger.sweep(8_998)).toBe(0);
  expect(ledger.sweep(8_999)).toBe(2);
  expect(ledger.inHand).toBe(1);
  expect(ledger.sweep(9_000)).toBe(1);
});

it('does not count a permit that comes back after it was written off', () => {
  const ledger = new PermitLedger(TTL_MS);
  const lost = ledger.take(0);
  ledger.take(5_000);
  ledger.sweep(TTL_MS);

  expect(ledger.giveBack(lost)).toBe(false);
  expect(ledger.inHand).toBe(1);
});

it('tells permits apart that were taken before and after everything was written off', () => {
  const ledger = new PermitLedger(TTL_MS);
  const lost = ledger.take(0);
  ledger.sweep(TTL_MS);
  const held = ledger.take(TTL_MS);

  expect(ledger.giveBack(lost)).toBe(false);
  expect(ledger.giveBack(held)).toBe(true);
  expect(ledger.inHand).toBe(0);
});

it('holds permits in hand to a time to live that was changed', () => {
  const ledger = new PermitLedger(TTL_MS);
  ledger.take(0);

  ledger.setTtl(1_000);
  expect(ledger.sweep(999)).toBe(0);
  expect(ledger.sweep(1_000)).toBe(1);
});

it('loses no permit when its time to live is shortened and lengthened again', () => {
  const ledger = new PermitLedger(TTL_MS);
  const generations = [];
  for (let atMs = 0; atMs < 7_000; atMs += 50) {
    ledger.setTtl(atMs % 100 === 0 ? 80 : TTL_MS);
    generations.push(ledger.take(atMs));
  }
  ledger.setTtl(TTL_MS);

  expect(ledger.sweep(7_000)).toBe(0);
  expect(generations.every((generation) => ledger.giveBack(generation))).toBe(true);
  expect(ledger.inHand).toBe(0);
});
