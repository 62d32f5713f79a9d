import type { BucketWrite } from '@beamline/jetstream';
import { isSubjectName } from '../core/subject-name.js';
import { DEFAULTS_NAME } from './settings-book.js';

/** How a change of settings ended. */
export type SettingsChange =
  | { readonly ok: true; readonly revision: number; readonly notes: readonly string[] }
  | {
      readonly ok: false;
      /** `invalid`: nothing was tried; `conflict`: another revision is stored; `unavailable`: NATS is not there. */
      readonly reason: 'invalid' | 'conflict' | 'unavailable';
      readonly problems: readonly string[];
    };

export const NO_SUBJECT: SettingsChange = {
  ok: false,
  reason: 'invalid',
  problems: [`subject must be a text of 1 to 1023 bytes, and not ${DEFAULTS_NAME}`],
};

/** The name of a subject's document; `undefined` when it cannot have one. */
export function nameOf(subject: string | undefined): string | undefined {
  if (subject === undefined) return DEFAULTS_NAME;
  return isSubjectName(subject) && subject !== DEFAULTS_NAME ? subject : undefined;
}

export function refusalOf(written: Extract<BucketWrite, { readonly ok: false }>): SettingsChange {
  return { ok: false, reason: written.reason, problems: [written.message] };
}
