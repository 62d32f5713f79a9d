import { CRITICALITIES, type Criticality } from '@beamline/backpressure/core';
import type { TraceLine } from '../core/trace.js';

export type ReadTrace =
  | { readonly ok: true; readonly lines: readonly TraceLine[] }
  | { readonly ok: false; readonly problem: string };

/** Most lines of one trace. */
const MOST_TRACE_LINES = 1_000_000;

/** The cells of one line under the names of their columns, in lower case. */
type Cells = (name: string) => string | undefined;

/** What is wrong with a line. */
class LineProblem extends Error {}

/**
 * Reads a trace in CSV with a header. Columns, in any order and case: `at_ms` (milliseconds from any origin) or `TIMESTAMP` (ISO 8601 in
 * UTC, with `T` or a blank); optional are `service_ms`, `GeneratedTokens` (as an amount of work), `criticality` and `tenant`. Others are
 * left out; quotes are not understood. Lines may stand in any order.
 */
export function readTrace(text: string): ReadTrace {
  const rows = text.split(/\r?\n/).filter((row) => row.trim() !== '');
  const header = (rows[0] ?? '').split(',').map((name) => name.trim().toLowerCase());
  if (!header.includes('at_ms') && !header.includes('timestamp')) {
    return { ok: false, problem: 'line 1 must name a column at_ms or TIMESTAMP' };
  }
  if (rows.length < 3) {
    return { ok: false, problem: 'there must be two requests or more below the header' };
  }
  if (rows.length > MOST_TRACE_LINES + 1) {
    return { ok: false, problem: `there are more than ${MOST_TRACE_LINES} requests` };
  }
  return readRows(rows.slice(1), header);
}

function readRows(rows: readonly string[], header: readonly string[]): ReadTrace {
  const lines: TraceLine[] = [];
  for (const [index, row] of rows.entries()) {
    const values = row.split(',');
    try {
      lines.push(readLine((name) => values[header.indexOf(name)]?.trim() || undefined));
    } catch (error) {
      if (!(error instanceof LineProblem)) throw error;
      return { ok: false, problem: `line ${index + 2}: ${error.message}` };
    }
  }
  return { ok: true, lines: fromZero(lines) };
}

function fromZero(lines: readonly TraceLine[]): TraceLine[] {
  const sorted = lines.toSorted((a, b) => a.atMs - b.atMs);
  const startMs = sorted[0]?.atMs ?? 0;
  return sorted.map(({ atMs, ...rest }) => Object.assign(rest, { atMs: atMs - startMs }));
}

function readLine(cells: Cells): TraceLine {
  return {
    atMs: readTime(cells),
    serviceMs: readAmount(cells, 'service_ms'),
    work: readAmount(cells, 'generatedtokens'),
    criticality: readClass(cells('criticality')),
    tenantId: cells('tenant')?.slice(0, 255),
  };
}

function readTime(cells: Cells): number {
  const plain = cells('at_ms');
  const stamp = cells('timestamp');
  const atMs = plain === undefined ? parsedDate(stamp ?? '') : Number(plain);
  if (Number.isFinite(atMs)) return atMs;
  const name = plain === undefined ? 'TIMESTAMP' : 'at_ms';
  throw new LineProblem(`${name} is no time: ${shown(plain ?? stamp)}`);
}

function parsedDate(text: string): number {
  const iso = text.replace(' ', 'T');
  return Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}Z`);
}

function readAmount(cells: Cells, name: string): number | undefined {
  const text = cells(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (value >= 0 && value < Infinity) return value;
  throw new LineProblem(`${name} must be a number, 0 or more: ${shown(text)}`);
}

function readClass(text: string | undefined): Criticality | undefined {
  if (text === undefined) return undefined;
  const found = CRITICALITIES.find((name) => name === text.toLowerCase());
  if (found) return found;
  throw new LineProblem(`criticality must be one of ${CRITICALITIES.join(', ')}: ${shown(text)}`);
}

const shown = (text: string | undefined): string => JSON.stringify((text ?? '').slice(0, 40));
