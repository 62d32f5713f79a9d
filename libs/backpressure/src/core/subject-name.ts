const MAX_BYTES = 1_023;

/** Whether a value can be a subject: a text of 1 to 1023 bytes in UTF-8. */
export function isSubjectName(value: unknown): value is string {
  // A UTF-16 unit is one byte or more.
  if (typeof value !== 'string' || value === '' || value.length > MAX_BYTES) return false;
  return utf8Length(value) <= MAX_BYTES;
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else bytes += code < 0x1_00_00 ? 3 : 4;
  }
  return bytes;
}
