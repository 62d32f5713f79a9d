// Each pattern is linear: no repetition stands inside another one.
const SUSPICIOUS: readonly RegExp[] = [
  // SQL
  /['"]\s*;\s*(?:drop|delete|insert|update|alter|truncate|exec)\b/i,
  /\bunion\s+(?:all\s+)?select\b/i,
  /['"]\s*(?:or|and)\s+['"]?\w+['"]?\s*=/i,
  /;\s*--/,
  // Markup
  /<\s*(?:script|iframe|object|embed)\b/i,
  /\bjavascript\s*:/i,
  /\bon(?:error|load|click|mouseover)\s*=/i,
  // Paths
  /\.\.[/\\]/,
  /%2e%2e(?:%2f|%5c|[/\\])/i,
  // Commands
  /[;&|]\s*(?:rm|cat|curl|wget|bash|sh|nc|powershell)\s/i,
  /\$\([^)]*\)|`[^`]*`/,
];

/** Whether a text looks like an attempt at SQL, markup, path or command injection. Meant for audit, never for refusing. */
export function looksLikeInjection(text: string): boolean {
  return SUSPICIOUS.some((pattern) => pattern.test(text));
}
