import fc from 'fast-check';
import type { HistoryEntry } from '../core/index.js';
import { decodeHistoryEntry, encodeHistoryEntry } from './history-entry-json.js';
import { anEntry } from './overload-records.fixture.js';

const bytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

it('reads back what it wrote, whatever the subject is', () => {
  const parts = fc.record({
    subject: fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' }),
    atMs: fc.nat(),
    retryAfterSeconds: fc.nat(),
    type: fc.constantFrom<HistoryEntry['type']>(
      'recovery',
      'backpressure_active',
      'shedding_stopped',
    ),
  });
  fc.assert(
    fc.property(parts, fc.option(fc.nat(), { nil: undefined }), (some, recoveryTimeMs) => {
      const entry = anEntry({
        ...some,
        ...(recoveryTimeMs === undefined ? {} : { recoveryTimeMs }),
      });
      expect(decodeHistoryEntry(Buffer.from(encodeHistoryEntry(entry)))).toEqual(entry);
    }),
  );
});

it.each<[string, object]>([
  ['an empty id', { id: '' }],
  ['an id without end', { id: 'x'.repeat(257) }],
  ['an unknown type', { type: 'party' }],
  ['an empty subject', { subject: '' }],
  ['a subject of 1024 bytes', { subject: 's'.repeat(1_024) }],
  ['a subject that is no text', { subject: 7 }],
  ['a time that is none', { atMs: 'yesterday' }],
  ['a time before 1970', { atMs: -1 }],
  ['an unknown status', { to: 'on fire' }],
  ['an unknown former status', { from: null }],
  ['no signals', { signals: undefined }],
  ['a signal that is missing', { signals: { pendingMessages: 1, latencyP95Ms: 1 } }],
  ['causes that are no list', { causes: {} }],
  ['more causes than signals', { causes: Array.from({ length: 4 }, () => anEntry().causes[0]) }],
  ['an unknown cause', { causes: [{ signal: 'mood', value: 1, threshold: 1 }] }],
  ['a cause without a value', { causes: [{ signal: 'latencyP95Ms', threshold: 1 }] }],
  ['a Retry-After that is none', { retryAfterSeconds: null }],
  ['a recovery time that is none', { recoveryTimeMs: 'long' }],
  ['no replica', { replica: undefined }],
])('refuses %s', (_what, parts) => {
  expect(decodeHistoryEntry(bytes({ ...anEntry(), ...parts }))).toBeUndefined();
});

it.each([
  ['nothing', Buffer.alloc(0)],
  ['no JSON', Buffer.from('{"id":')],
  ['no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ['a list', bytes([anEntry()])],
  ['null', bytes(null)],
])('refuses %s', (_what, data) => {
  expect(decodeHistoryEntry(data)).toBeUndefined();
});
