import fc from 'fast-check';
import { routeRequestOf } from './route-request-of.js';

const REQUEST = { tenant_id: 'acme', request_id: 'r1', task: { type: 'chat', payload: { a: 1 } } };

it('writes a request field by field, and leaves out nothing that the message has room for', () => {
  const outcome = routeRequestOf({
    ...REQUEST,
    trace_id: 't',
    policy_id: 'p',
    idempotency_key: 'k',
    run_id: 'run',
    flow_id: 'flow',
    step_id: 'step',
    metadata: { text: 'x', number: 1, nested: { deep: true }, nothing: null },
    constraints: { max_cost: 0.5 },
    context: { push_assignment: 'false' },
    push_assignment: true,
  });

  expect(outcome).toEqual({
    ok: true,
    request: {
      message: {
        message_id: 'r1',
        tenant_id: 'acme',
        trace_id: 't',
        message_type: 'chat',
        payload: new TextEncoder().encode('{"a":1}'),
        metadata: { text: 'x', number: '1', nested: '{"deep":true}' },
        run_id: 'run',
        flow_id: 'flow',
        step_id: 'step',
        span_id: '',
      },
      policy_id: 'p',
      context: { max_cost: '0.5', push_assignment: 'false' },
      idempotency_key: 'k',
    },
  });
});

it('names everything that cannot be carried', () => {
  const outcome = routeRequestOf({
    ...REQUEST,
    options: {},
    assignment_subject: 'a.b',
    task: { type: 'chat', payload_ref: 's3:x' },
  });

  expect(outcome.ok ? [] : outcome.violations.map(({ path }) => path)).toEqual([
    'options',
    'assignment_subject',
    'task.payload_ref',
  ]);
});

it.each([
  [null, 'body'],
  [[], 'body'],
  ['text', 'body'],
  [{}, 'task'],
  [{ task: [] }, 'task'],
])('does not write %j, which has no %s', (body, path) => {
  expect(routeRequestOf(body)).toMatchObject({ ok: false, violations: [{ path }] });
});

it('writes texts only, whatever the request holds', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (facts, value) => {
      const outcome = routeRequestOf({
        ...REQUEST,
        metadata: facts,
        context: facts,
        policy_id: value,
      });

      if (!outcome.ok) throw new Error('refused');
      const { message, context, policy_id } = outcome.request;
      const texts = [...Object.values(message.metadata), ...Object.values(context), policy_id];
      expect(texts.every((text) => typeof text === 'string')).toBe(true);
    }),
  );
});
