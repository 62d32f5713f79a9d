import { plotSvg } from './svg.js';

describe('plotSvg', () => {
  it('draws every series, with a gap where there is no number', () => {
    const svg = plotSvg({
      title: 'a < b & c',
      xLabel: 'seconds',
      yLabel: 'per second',
      series: [
        {
          name: 'one',
          points: [
            [0, 1],
            [1, Number.NaN],
            [2, 3],
          ],
        },
        { name: 'limit', points: [[0, 2]], isReference: true },
      ],
    });

    expect(svg.match(/<polyline/g)).toHaveLength(3);
    expect(svg).toContain('a &lt; b &amp; c');
    expect(svg.match(/stroke-dasharray/g)).toHaveLength(2);
    expect(svg).not.toContain('NaN');
  });

  it('draws no two series alike', () => {
    const series = Array.from({ length: 15 }, (_, n) => ({
      name: `s${n}`,
      points: [
        [0, n],
        [1, n],
      ] as const,
    }));

    const svg = plotSvg({ title: '', xLabel: '', yLabel: '', series });

    const styles = [...svg.matchAll(/<line [^>]*stroke-width="2"[^>]*>/g)].map(([line]) =>
      line.slice(line.indexOf('stroke=')),
    );
    expect(styles).toHaveLength(15);
    expect(new Set(styles).size).toBe(15);
  });

  it('draws axes for nothing at all', () => {
    const svg = plotSvg({ title: '', xLabel: '', yLabel: '', series: [] });

    expect(svg).not.toMatch(/NaN|Infinity/);
    expect(svg).toContain('</svg>');
  });
});
