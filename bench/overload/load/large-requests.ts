import { jsonRequest, requestPool } from '../../load/payloads.js';

/** Fields of the task's payload: about 6 KiB that the router has to read before it can decide. */
const FIELDS = 250;

const payload = Object.fromEntries(
  Array.from({ length: FIELDS }, (_, n) => [`option_${n}`, { value: n, on: n % 2 === 0 }]),
);

const encoder = new TextEncoder();

/** The n-th decide request, so large that a core of the router can be asked for more than it can do. */
export const largeRequestAt = requestPool((n) => {
  const request: { readonly task: { readonly payload: object } } = JSON.parse(jsonRequest(n));
  const task = { ...request.task, payload: { ...request.task.payload, ...payload } };
  return encoder.encode(JSON.stringify({ ...request, task }));
});
