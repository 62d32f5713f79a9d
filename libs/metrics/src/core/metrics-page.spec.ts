import { metricsPageProblems } from './metrics-page.js';

const GOOD = '# HELP a_total A.\n# TYPE a_total counter\na_total{x="y z"} 1\n';

it('accepts a page whose metrics are described', () => {
  expect(metricsPageProblems(GOOD)).toEqual([]);
});

it.each`
  page                                            | problem
  ${GOOD.replace('# HELP a_total A.\n', '')}      | ${'a_total has no HELP'}
  ${GOOD.replace('# TYPE a_total counter\n', '')} | ${'a_total has no TYPE'}
  ${`${GOOD}b 1\n`}                               | ${'b has no HELP'}
  ${`${GOOD}\n\n\n`}                              | ${'the page has a triple newline'}
  ${`${GOOD}a_total{x="y z"} 2\n`}                | ${'sample of a_total{x="y z"} is there twice'}
  ${`${GOOD}# TYPE a_total counter\n`}            | ${'TYPE of a_total is there twice'}
  ${GOOD.replace(' 1', ' one')}                   | ${'a_total has no number'}
`('reports: $problem', ({ page, problem }) => {
  expect(metricsPageProblems(page)).toContainEqual(expect.stringContaining(problem));
});
