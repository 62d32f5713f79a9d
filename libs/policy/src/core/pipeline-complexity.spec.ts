import { pipelineComplexity } from './index.js';

it.each`
  counts       | score  | level          | because
  ${[0, 0, 0]} | ${0}   | ${'low'}       | ${'nothing costs nothing'}
  ${[1, 0, 0]} | ${15}  | ${'low'}       | ${'up to four extensions count fifteen each'}
  ${[1, 1, 0]} | ${30}  | ${'medium'}    | ${'medium begins at 30'}
  ${[2, 2, 0]} | ${60}  | ${'high'}      | ${'high begins at 60'}
  ${[2, 2, 1]} | ${69}  | ${'high'}      | ${'beyond four each counts nine'}
  ${[3, 0, 0]} | ${50}  | ${'medium'}    | ${'a kind with more than two counts five more'}
  ${[5, 4, 3]} | ${100} | ${'very_high'} | ${'the score ends at 100'}
`('$because: $counts → $score $level', ({ counts: [pre, validators, post], score, level }) => {
  expect(pipelineComplexity({ pre, validators, post })).toMatchObject({
    complexity_score: score,
    complexity_level: level,
  });
});

it('expects 30 ms per extension and warns above 150 ms', () => {
  const twelve = pipelineComplexity({ pre: 5, validators: 4, post: 3 });
  const five = pipelineComplexity({ pre: 2, validators: 2, post: 1 });

  expect(twelve).toMatchObject({ total_extensions: 12, estimated_latency_ms: 360 });
  expect(twelve.warnings).toHaveLength(2);
  expect(twelve.recommendations).toHaveLength(4);
  expect(five.warnings).toEqual(['Complexity score 69 is above 60']);
});

it('has nothing to say against a small pipeline', () => {
  expect(pipelineComplexity({ pre: 2, validators: 2, post: 0 })).toMatchObject({
    warnings: [],
    recommendations: [],
  });
});
