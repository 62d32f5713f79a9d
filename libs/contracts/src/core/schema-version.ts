/** Versions of the JSON messages that the router understands. */
export const SUPPORTED_VERSIONS: readonly string[] = ['1'];

const VERSION_TOKEN = /\.v([0-9]+)\./;

/** Where a version may stand, in the order in which they count. */
export interface VersionSources {
  readonly header?: string | undefined;
  /** The payload's `version`, whatever its type. */
  readonly payload?: unknown;
  readonly subject?: string | undefined;
}

export type SchemaVersion =
  | { readonly ok: true; readonly version: string }
  | {
      readonly ok: false;
      readonly reason: 'unsupported_version' | 'missing_version';
      /** What was found, `undefined` when nothing was. */
      readonly found: unknown;
    };

/** The version token of a subject (`beamline.router.v1.decide` gives `1`), `undefined` when it has none. */
export function schemaVersionOfSubject(subject: string): string | undefined {
  return VERSION_TOKEN.exec(subject)?.[1];
}

/** Finds the version of a message: header, else payload, else subject. An empty or `null` value counts as absent. */
export function findSchemaVersion({ header, payload, subject }: VersionSources): SchemaVersion {
  const found = [header, payload, subject && schemaVersionOfSubject(subject)].find(
    (candidate) => candidate !== undefined && candidate !== null && candidate !== '',
  );
  if (found === undefined) return { ok: false, reason: 'missing_version', found };
  if (typeof found === 'string' && SUPPORTED_VERSIONS.includes(found)) {
    return { ok: true, version: found };
  }
  return { ok: false, reason: 'unsupported_version', found };
}
