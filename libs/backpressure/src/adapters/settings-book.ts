import { readJson } from '@beamline/contracts/core';
import type { Observer } from '@beamline/kernel';
import type { OverloadEvent, SubjectSettings } from '../core/index.js';
import { readSubjectSettings } from '../core/read-settings.js';

/** Name of the document that holds for every subject, in events and as the last part of its key. */
export const DEFAULTS_NAME = '_defaults';

/** Longest settings document, in bytes. */
export const MAX_SETTINGS_BYTES = 65_536;

/** A settings document that is in force. */
export interface SettingsDocument {
  readonly document: unknown;
  readonly revision: number;
  /** What was read as something else than it says, one line each. */
  readonly notes: readonly string[];
}

/** A settings document that is not in force. */
export interface SettingsProblem {
  /** Subject, or `_defaults`. */
  readonly name: string;
  readonly revision: number;
  readonly problems: readonly string[];
  /** Whether an earlier document is in force instead. */
  readonly lastGoodInForce: boolean;
}

/** Whether a document can be in force. */
export type CheckedSettings =
  | { readonly ok: true; readonly settings: SubjectSettings; readonly notes: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Settings of all subjects in three layers: what the process was started with, `_defaults`, the subject's own. */
export class SettingsBook {
  readonly #documents = new Map<string, SettingsDocument>();
  readonly #problems = new Map<string, SettingsProblem>();
  readonly #resolved = new Map<string, SubjectSettings>();
  #defaults: SubjectSettings;

  constructor(
    private readonly options: {
      readonly base: SubjectSettings;
      readonly maxSubjects: number;
      readonly observe: Observer<OverloadEvent>;
      readonly onChange: (name: string) => void;
    },
  ) {
    this.#defaults = options.base;
  }

  /** What holds for a subject. Allocates nothing. */
  settingsOf(subject: string): SubjectSettings {
    return this.#resolved.get(subject) ?? this.#defaults;
  }

  document(name: string): SettingsDocument | undefined {
    return this.#documents.get(name);
  }

  names(): readonly string[] {
    return [...this.#documents.keys()];
  }

  problems(): readonly SettingsProblem[] {
    return [...this.#problems.values()];
  }

  hasProblem(name: string, revision: number): boolean {
    return this.#problems.get(name)?.revision === revision;
  }

  /** Whether a document could be in force under this name. */
  check(name: string, document: unknown): CheckedSettings {
    if (this.#isFull(name)) {
      const problem = `there are settings of ${this.options.maxSubjects} subjects already`;
      return { ok: false, problems: [problem] };
    }
    return readSubjectSettings(
      document,
      name === DEFAULTS_NAME ? this.options.base : this.#defaults,
    );
  }

  /** Puts a document in force, or says why not; then the one before it stays. */
  put(name: string, data: Uint8Array, revision: number): boolean {
    const json = readJson(data, MAX_SETTINGS_BYTES);
    if (!json.ok) return this.#refuse(name, revision, [json.problem]);
    return this.putDocument(name, json.value, revision);
  }

  /** As {@link put}, of a document that is read already. */
  putDocument(name: string, document: unknown, revision: number): boolean {
    const checked = this.check(name, document);
    if (!checked.ok) return this.#refuse(name, revision, checked.problems);
    this.#problems.delete(name);
    this.#documents.set(name, { document, revision, notes: checked.notes });
    this.#inForce(name, checked.settings);
    this.options.observe({ type: 'settings-applied', subject: name, revision });
    this.options.onChange(name);
    return true;
  }

  /** Puts an older document in force where a newer one is bad and nothing else is known. */
  recover(name: string, data: Uint8Array, revision: number): boolean {
    const problem = this.#problems.get(name);
    const json = readJson(data, MAX_SETTINGS_BYTES);
    if (problem === undefined || !json.ok || !this.check(name, json.value).ok) return false;
    this.putDocument(name, json.value, revision);
    this.#problems.set(name, { ...problem, lastGoodInForce: true });
    return true;
  }

  /** Takes the settings of a name back: what is below holds again. */
  remove(name: string, revision: number): void {
    this.#problems.delete(name);
    if (!this.#documents.delete(name)) return;
    this.#resolved.delete(name);
    if (name === DEFAULTS_NAME) this.#inForce(name, this.options.base);
    this.options.observe({ type: 'settings-applied', subject: name, revision });
    this.options.onChange(name);
  }

  #inForce(name: string, settings: SubjectSettings): void {
    if (name !== DEFAULTS_NAME) {
      this.#resolved.set(name, settings);
      return;
    }
    this.#defaults = settings;
    for (const [subject, { document }] of this.#documents) {
      if (subject === DEFAULTS_NAME) continue;
      const read = readSubjectSettings(document, settings);
      if (read.ok) this.#resolved.set(subject, read.settings);
    }
  }

  #refuse(name: string, revision: number, problems: readonly string[]): false {
    const lastGoodInForce = this.#documents.has(name);
    // A flood of bad documents must not fill the memory: those beyond the bound are told of and forgotten.
    if (this.#problems.has(name) || this.#problems.size <= this.options.maxSubjects) {
      this.#problems.set(name, { name, revision, problems, lastGoodInForce });
    }
    this.options.observe({ type: 'settings-refused', subject: name, revision, problems });
    return false;
  }

  #isFull(name: string): boolean {
    const { maxSubjects } = this.options;
    if (name === DEFAULTS_NAME || this.#documents.has(name)) return false;
    return this.#documents.size >= maxSubjects + (this.#documents.has(DEFAULTS_NAME) ? 1 : 0);
  }
}
