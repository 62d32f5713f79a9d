import { endpointIdOf } from './endpoint-id.js';

// Worked out with `printf %s <endpoint> | openssl dgst -sha256 -binary | base64 | cut -c1-16`.
it.each([
  ['http://gateway:3000/api/backpressure', 'DZojBHwxwYLyOGkg'],
  ['https://gäteway.example/ü', 'zkfpkyK/Qlq/NRTH'],
])('gives %s the id of the contract', (endpoint, id) => {
  expect(endpointIdOf(endpoint)).toBe(id);
});
