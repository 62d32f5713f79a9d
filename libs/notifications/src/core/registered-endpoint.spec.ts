import fc from 'fast-check';
import { readRegistration, registrationDocument } from './registered-endpoint.js';

it('reads what it wrote', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), (endpoint, registeredAtMs) => {
      const text = registrationDocument('id', { endpoint, registeredAtMs });

      expect(readRegistration(JSON.parse(text))).toEqual({
        ok: true,
        registration: { endpoint, registeredAtMs },
      });
    }),
  );
});

it('writes the names of the contract', () => {
  const text = registrationDocument('id', { endpoint: 'http://gateway', registeredAtMs: 5 });

  expect(JSON.parse(text)).toEqual({
    endpoint_id: 'id',
    endpoint: 'http://gateway',
    registered_at: 5,
  });
});

it('passes over what it does not know', () => {
  const value = { endpoint: 'http://gateway', registered_at: 0, protocol: 'smoke' };

  expect(readRegistration(value)).toMatchObject({ ok: true });
});

it.each([
  [null, 'it must be an object'],
  [7, 'it must be an object'],
  [{ registered_at: 5 }, 'endpoint must be a text'],
  [{ endpoint: 'a' }, 'registered_at must be Unix milliseconds, an integer from 0'],
  [
    { endpoint: 'a', registered_at: -1 },
    'registered_at must be Unix milliseconds, an integer from 0',
  ],
  [
    { endpoint: 'a', registered_at: 1.5 },
    'registered_at must be Unix milliseconds, an integer from 0',
  ],
])('refuses %j and says why', (value, problem) => {
  expect(readRegistration(value)).toEqual({ ok: false, problem });
});
