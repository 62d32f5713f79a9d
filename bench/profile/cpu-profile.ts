/** The part of a V8 CPU profile that says where time went. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Time spent in something itself, without what it called. */
export interface SelfTime {
  readonly name: string;
  /** Share of the time that was not idle, 0..1. */
  readonly share: number;
}

/** The package or part of the project that a script belongs to. */
export function ownerOf(url: string): string {
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(url)?.[1];
  if (inPackage !== undefined) return inPackage;
  const own = /\/((?:libs|apps)\/[^/]+)\/src\//.exec(url)?.[1];
  if (own !== undefined) return own;
  return url.startsWith('node:') ? 'node' : url === '' ? 'V8 and native code' : 'other';
}

const scriptOf = (url: string): string => {
  const own = /\/((?:libs|apps)\/[^/]+\/src\/.*)$/.exec(url)?.[1];
  return own ?? url.split('/').slice(-2).join('/');
};

function selfTimes(
  profile: CpuProfile,
  nameOf: (frame: CpuProfile['nodes'][number]) => string,
): SelfTime[] {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const times = new Map<string, number>();
  let total = 0;
  profile.samples.forEach((id, i) => {
    const node = nodes.get(id);
    const micros = profile.timeDeltas[i] ?? 0;
    if (node === undefined || node.callFrame.functionName === '(idle)') return;
    total += micros;
    const name = nameOf(node);
    times.set(name, (times.get(name) ?? 0) + micros);
  });
  return [...times]
    .map(([name, micros]) => ({ name, share: micros / total }))
    .toSorted((a, b) => b.share - a.share);
}

/** Self time by function, largest first. */
export const byFunction = (profile: CpuProfile): SelfTime[] =>
  selfTimes(profile, ({ callFrame: { functionName, url, lineNumber } }) => {
    const name = functionName === '' ? '(anonymous)' : functionName;
    return url === '' ? name : `${name}  ${scriptOf(url)}:${lineNumber + 1}`;
  });

/** Self time by package, largest first. */
export const byOwner = (profile: CpuProfile): SelfTime[] =>
  selfTimes(profile, ({ callFrame }) => ownerOf(callFrame.url));
