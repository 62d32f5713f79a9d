import fc from 'fast-check';
import { nearestName } from './nearest-name.js';

const KEYS = ['GRPC_PORT', 'GRPC_HOST', 'NATS_URL', 'HTTP_PORT'];

it.each([
  ['GRPC_PROT', 'GRPC_PORT'],
  ['NATS_URI', 'NATS_URL'],
  ['HTTP_PORTS', 'HTTP_PORT'],
  ['grpc_prot', 'GRPC_PORT'],
])('%s is meant to be %s', (typo, key) => {
  expect(nearestName(typo, KEYS)).toBe(key);
});

it('takes no name of which not one character is right', () => {
  expect(nearestName('x', ['to', 'at'])).toBeUndefined();
});

it('says nothing when no name is near', () => {
  expect(nearestName('NATS_COMPLETELY_DIFFERENT', KEYS)).toBeUndefined();
});

it('finds a name from which one character is missing', () => {
  fc.assert(
    fc.property(fc.constantFrom(...KEYS), fc.nat(7), (key, at) => {
      const typo = key.slice(0, at) + key.slice(at + 1);
      expect(nearestName(typo, [key, 'SOMETHING_ELSE_ENTIRELY'])).toBe(key);
    }),
  );
});
