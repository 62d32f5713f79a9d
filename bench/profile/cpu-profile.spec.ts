import { byFunction, byOwner, ownerOf, type CpuProfile } from './cpu-profile.js';

const aProfile = (): CpuProfile => ({
  nodes: [
    { id: 1, callFrame: { functionName: '(idle)', url: '', lineNumber: -1 } },
    {
      id: 2,
      callFrame: {
        functionName: 'decide',
        url: 'file:///x/libs/policy/src/core/decide.js',
        lineNumber: 9,
      },
    },
    {
      id: 3,
      callFrame: {
        functionName: 'send',
        url: 'file:///x/node_modules/@a/b/node_modules/c/lib/c.js',
        lineNumber: 0,
      },
    },
  ],
  samples: [1, 2, 3, 3],
  timeDeltas: [1_000, 100, 200, 100],
});

describe('a summarized CPU profile', () => {
  it('counts self time as a share of what was not idle', () => {
    expect(byFunction(aProfile())).toEqual([
      { name: 'send  lib/c.js:1', share: 0.75 },
      { name: 'decide  libs/policy/src/core/decide.js:10', share: 0.25 },
    ]);
  });

  it('adds up by the package a script belongs to', () => {
    expect(byOwner(aProfile()).map(({ name }) => name)).toEqual(['c', 'libs/policy']);
    expect(ownerOf('node:internal/http2')).toBe('node');
    expect(ownerOf('')).toBe('V8 and native code');
  });
});
