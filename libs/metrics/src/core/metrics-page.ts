const SERIES_SUFFIX = /_(?:bucket|sum|count)$/;

/**
 * Checks a metrics page against the contract: HELP and TYPE before every sample, each declared once, no series twice,
 * no triple newline. Returns one line per violation.
 */
export function metricsPageProblems(page: string): readonly string[] {
  const problems: string[] = [];
  const helped = new Set<string>();
  const types = new Map<string, string>();
  const series = new Set<string>();
  if (page.includes('\n\n\n')) problems.push('the page has a triple newline');

  for (const line of page.split('\n')) {
    const [marker, kind, name = '', type = ''] = line.split(' ');
    if (line === '') continue;
    if (marker === '#' && kind === 'HELP') addOnce(helped, name, 'HELP', problems);
    else if (marker === '#' && kind === 'TYPE') {
      addOnce(new Set(types.keys()), name, 'TYPE', problems);
      types.set(name, type);
    } else problems.push(...sampleProblems(line, helped, types), ...repeated(series, line));
  }
  return problems;
}

function sampleProblems(
  line: string,
  helped: ReadonlySet<string>,
  types: ReadonlyMap<string, string>,
): readonly string[] {
  const sample = line.split(/[{ ]/, 1)[0] ?? '';
  const base = sample.replace(SERIES_SUFFIX, '');
  const name = types.has(sample) ? sample : base;
  const problems: string[] = [];
  if (!helped.has(name)) problems.push(`${sample} has no HELP`);
  if (!types.has(name)) problems.push(`${sample} has no TYPE`);
  const value = line.slice(line.lastIndexOf(' ') + 1);
  // An event loop that has just started has no mean lag yet: Prometheus reads `Nan`.
  if (!/^(?:nan|[+-]inf)$/i.test(value) && !Number.isFinite(Number(value))) {
    problems.push(`${sample} has no number: ${line}`);
  }
  return problems;
}

function repeated(series: Set<string>, line: string): readonly string[] {
  const problems: string[] = [];
  addOnce(series, line.slice(0, line.lastIndexOf(' ')), 'sample', problems);
  return problems;
}

function addOnce(seen: Set<string>, name: string, what: string, problems: string[]): void {
  if (seen.has(name)) problems.push(`${what} of ${name} is there twice`);
  seen.add(name);
}
