/** Numbers of extensions of a policy. */
export interface PipelineCounts {
  readonly pre: number;
  readonly validators: number;
  readonly post: number;
}

/** How costly a pipeline is to be expected, in wire form. */
export interface PipelineComplexity {
  readonly total_extensions: number;
  readonly pre_count: number;
  readonly validators_count: number;
  readonly post_count: number;
  /** 0..100. */
  readonly complexity_score: number;
  readonly complexity_level: 'low' | 'medium' | 'high' | 'very_high';
  readonly estimated_latency_ms: number;
  readonly recommended_limits: {
    readonly max_total: number;
    readonly max_pre: number;
    readonly max_validators: number;
    readonly max_post: number;
  };
  readonly warnings: readonly string[];
  readonly recommendations: readonly string[];
}

const MAX_TOTAL = 4;
const MAX_PER_KIND = 2;
const LATENCY_PER_EXTENSION_MS = 30;
const LATENCY_WARNING_MS = 150;
const HIGH_SCORE = 60;

/** Rates a pipeline by the number of its extensions. */
export function pipelineComplexity({ pre, validators, post }: PipelineCounts): PipelineComplexity {
  const total = pre + validators + post;
  const score = scoreOf(total, [pre, validators, post]);
  const estimatedLatencyMs = total * LATENCY_PER_EXTENSION_MS;
  const crowded = [
    { kind: 'pre-processors', count: pre },
    { kind: 'validators', count: validators },
    { kind: 'post-processors', count: post },
  ].filter(({ count }) => count > MAX_PER_KIND);
  return {
    total_extensions: total,
    pre_count: pre,
    validators_count: validators,
    post_count: post,
    complexity_score: score,
    complexity_level: levelOf(score),
    estimated_latency_ms: estimatedLatencyMs,
    recommended_limits: {
      max_total: MAX_TOTAL,
      max_pre: MAX_PER_KIND,
      max_validators: MAX_PER_KIND,
      max_post: MAX_PER_KIND,
    },
    warnings: [
      ...(score > HIGH_SCORE ? [`Complexity score ${score} is above ${HIGH_SCORE}`] : []),
      ...(estimatedLatencyMs > LATENCY_WARNING_MS
        ? [`Estimated latency ${estimatedLatencyMs} ms is above ${LATENCY_WARNING_MS} ms`]
        : []),
    ],
    recommendations: [
      ...(score > HIGH_SCORE && total > MAX_TOTAL
        ? [`Use at most ${MAX_TOTAL} extensions in all (now ${total})`]
        : []),
      ...crowded.map(({ kind, count }) => `Use at most ${MAX_PER_KIND} ${kind} (now ${count})`),
    ],
  };
}

function scoreOf(total: number, counts: readonly number[]): number {
  const beyond = total - MAX_TOTAL;
  const base =
    beyond <= 0
      ? Math.trunc((total / MAX_TOTAL) * 60)
      : 60 + Math.min(20, beyond * 5) + Math.min(20, beyond * 4);
  const crowded = counts.filter((count) => count > MAX_PER_KIND).length;
  return Math.min(100, base + 5 * crowded);
}

function levelOf(score: number): PipelineComplexity['complexity_level'] {
  if (score < 30) return 'low';
  if (score < 60) return 'medium';
  return score < 80 ? 'high' : 'very_high';
}
