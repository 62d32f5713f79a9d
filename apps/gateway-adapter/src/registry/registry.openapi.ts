import { described, type DescribedRoute } from '../openapi/described.js';

const answers = { 200: { about: "The router's answer.", schema: 'RouterDocument' } } as const;
const errors = [400, 404, 500, 501, 502, 503] as const;
const withBody = [...errors, 413, 415];
const policies = (route: Omit<DescribedRoute, 'tag' | 'answers'>) =>
  described({ tag: 'policies', answers, errors, ...route });
const ids = ['tenantId', 'policyId'];
const extensions = (id: string, summary: string) =>
  described({ tag: 'extensions', id, summary, answers, errors });

/** What the OpenAPI document says of the routes of policies. */
export const PolicyRoutes = {
  dryRun: policies({
    id: 'dryRunPolicy',
    summary: 'What a policy would decide',
    body: 'DryRunRequest',
    errors: withBody,
  }),
  list: policies({ id: 'listPolicies', summary: 'The policies of a tenant' }),
  get: policies({ params: ids, id: 'getPolicy', summary: 'A policy' }),
  complexity: policies({
    params: ids,
    id: 'getPolicyComplexity',
    summary: 'How complex a policy is',
  }),
  put: policies({
    params: ids,
    id: 'putPolicy',
    summary: 'Write a policy',
    body: 'RouterDocument',
    errors: [...withBody, 409],
  }),
  remove: policies({
    params: ids,
    id: 'deletePolicy',
    summary: 'Delete a policy',
    errors: [...errors, 409],
  }),
};

/** What the OpenAPI document says of the routes of extensions. */
export const ExtensionRoutes = {
  health: extensions('getExtensionHealth', 'How the extensions are'),
  breakers: extensions('getExtensionBreakers', 'The circuit breakers of the extensions'),
};
