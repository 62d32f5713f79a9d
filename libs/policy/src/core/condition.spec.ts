import { compileCondition } from './condition.js';
import { ProblemCollector } from './policy-problem.js';
import { readCondition } from './read-condition.js';

const CONTEXT = {
  user: { tier: 'premium' },
  'flat.key': 'yes',
  count: 10,
  age: 25,
  role: 'admin',
  nothing: null,
  tags: ['x', 'y'],
  age_text: '25',
  flag_text: 'true',
};
const v = (path: string) => ({ var: path });

it.each`
  when                                                                  | holds    | because
  ${{}}                                                                 | ${true}  | ${'an empty condition always holds'}
  ${{ role: 'admin' }}                                                  | ${true}  | ${'a value means equality'}
  ${{ role: 'user' }}                                                   | ${false} | ${'a value means equality'}
  ${{ role: ['user', 'admin'] }}                                        | ${true}  | ${'a list means membership'}
  ${{ role: [] }}                                                       | ${false} | ${'nothing is in an empty list'}
  ${{ role: 'admin', count: 11 }}                                       | ${false} | ${'all keys must hold'}
  ${{ 'user.tier': 'premium' }}                                         | ${true}  | ${'a key may be a path'}
  ${{ 'flat.key': 'yes' }}                                              | ${true}  | ${'a flat key may hold dots'}
  ${{ nothing: null }}                                                  | ${true}  | ${'null equals null'}
  ${{ missing: null }}                                                  | ${false} | ${'a missing value equals nothing'}
  ${{ '==': [v('context.count'), 20] }}                                 | ${false} | ${'== compares'}
  ${{ '==': [v('count'), 10] }}                                         | ${true}  | ${'the prefix context. may be left out'}
  ${{ '!=': [v('context.user.tier'), 'basic'] }}                        | ${true}  | ${'!= compares'}
  ${{ '!=': [v('context.missing'), 1] }}                                | ${false} | ${'a missing value is not even unequal'}
  ${{ '!=': ['x', v('context.missing')] }}                              | ${false} | ${'nor is something unequal to it'}
  ${{ '>': [v('context.age'), 18] }}                                    | ${true}  | ${'> orders numbers'}
  ${{ '>': [v('context.age_text'), 9] }}                                | ${true}  | ${'a text counts as a number beside a number'}
  ${{ '<': [v('context.age'), 30] }}                                    | ${true}  | ${'< orders numbers'}
  ${{ '>=': [v('context.age'), 25] }}                                   | ${true}  | ${'>= holds for equals'}
  ${{ '<=': [v('context.age'), 24] }}                                   | ${false} | ${'<= does not hold above'}
  ${{ '<=': [v('context.role'), 24] }}                                  | ${false} | ${'text and number have no order'}
  ${{ '>': [v('context.role'), 'aaa'] }}                                | ${true}  | ${'texts have an order'}
  ${{ in: [v('context.role'), ['user', 'admin']] }}                     | ${true}  | ${'in looks into a list'}
  ${{ in: ['x', v('context.tags')] }}                                   | ${true}  | ${'in looks into a list of the context'}
  ${{ in: ['x', v('context.role')] }}                                   | ${false} | ${'nothing is in what is no list'}
  ${{ '==': [v('context.user.tier'), 'premium'], '>': [v('age'), 50] }} | ${false} | ${'operators are ANDed'}
  ${{ flag_text: true }}                                                | ${true}  | ${'the text true equals true'}
  ${{ age_text: 25 }}                                                   | ${true}  | ${'the text 25 equals 25'}
  ${{ constructor: 'x' }}                                               | ${false} | ${'inherited properties are not there'}
  ${{ message_type: 'chat' }}                                           | ${true}  | ${'the message type is visible'}
  ${{ status: '5xx' }}                                                  | ${true}  | ${'the implied status is visible'}
  ${'status:timeout|503'}                                               | ${true}  | ${'the short form lists values'}
  ${['timeout', '503']}                                                 | ${true}  | ${'a list alone lists statuses'}
`('$because: $when', ({ when, holds }) => {
  expect(meets(when, CONTEXT)).toBe(holds);
});

it.each([
  [503, true],
  ['503', true],
  ['5xx', true],
  [499, false],
  ['5000', false],
  ['timeout', false],
])('5xx stands for a status %p: %p', (status, holds) => {
  expect(meets({ status: '5xx' }, { status })).toBe(holds);
});

it.each([
  ['when', 7],
  ['when.user', { user: { tier: 'x' } }],
  ['when.>', { '>': [1] }],
  ['when.>', { '>': 'x' }],
  ['when.>[1]', { '>': [v('age'), ['x']] }],
  ['when.in[1]', { in: [v('age'), 'x'] }],
  ['when.==[0]', { '==': [{ val: 'x' }, 1] }],
  ['when.role', { role: [{}] }],
])('names %s as the flaw of %j', (path, when) => {
  const problems = new ProblemCollector();
  readCondition(when, 'when', problems);

  expect(problems.all().map((problem) => problem.path)).toEqual([path]);
});

function meets(when: unknown, context: Readonly<Record<string, unknown>>): boolean {
  const problems = new ProblemCollector();
  const test = compileCondition(readCondition(when, 'when', problems));
  expect(problems.all()).toEqual([]);
  const request = { tenantId: 't', requestId: 'r', messageType: 'chat', context, constraints: {} };
  return test(request, '503');
}
