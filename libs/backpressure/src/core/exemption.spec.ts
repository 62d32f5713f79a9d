import { Exemption } from './exemption.js';

function uses(exemption: Exemption, tries: number): number {
  return Array.from({ length: tries }, () => exemption.tryUse()).filter(Boolean).length;
}

it('lets one in at once, and then one for twenty that were admitted', () => {
  const exemption = new Exemption();
  expect(uses(exemption, 5)).toBe(1);

  for (let n = 0; n < 101; n += 1) exemption.noteAdmitted();
  expect(uses(exemption, 50)).toBe(5);
});

it('saves up twenty at most', () => {
  const exemption = new Exemption();
  for (let n = 0; n < 10_000; n += 1) exemption.noteAdmitted();

  expect(uses(exemption, 1_000)).toBe(20);
});
