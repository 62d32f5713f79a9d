import { rowOf } from '../../harness/results.js';
import { markdownMatrix, matricesOf, textMatrix } from './matrix.js';

const rows = [
  rowOf('2x goodput: us', 'x', [0.97, 0.98, 0.99]),
  rowOf('2x goodput: nobody', 'x', [0.1, 0.1]),
  rowOf('2x p99 (steady): us', 'ms', [251.7]),
  rowOf('40 slots goodput: us', 'x', [1]),
];

describe('rows of a workload', () => {
  it('become a table per variant, with a line per contestant and a column per figure', () => {
    const [twice, slots] = matricesOf(rows);

    expect(twice).toEqual({
      name: '2x',
      head: ['', 'goodput, x', 'p99 (steady), ms'],
      lines: [
        ['us', '0.98 (0.97–0.99)', '252'],
        ['nobody', '0.1', ''],
      ],
    });
    expect(slots?.name).toBe('40 slots');
  });

  it('are aligned for terminals and pages', () => {
    const [twice] = matricesOf(rows);
    const lines = twice === undefined ? [] : markdownMatrix(twice).split('\n');

    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    expect(lines[1]).toMatch(/^\| -+ \| -+: \| -+: \|$/);
    expect(twice === undefined ? '' : textMatrix(twice)).toContain('us');
  });
});
