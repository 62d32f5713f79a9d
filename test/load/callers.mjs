// Callers of gateways over HTTP, in a process of their own: `node callers.mjs '<plan>'`.
// A plan: {"targets": ["http://…"], "body": {…}, "phases": [{"name", "seconds", "perSecond"}], "retries": 3, "seed": 1}.
// Calls are made when they are due (a Poisson process), not when others are answered; whoever is refused comes back when told, `retries`
// times. With "inHand": 8 in a phase as many callers take turns instead, as fast as they are answered.
// Prints one JSON line: per phase what came of the attempts that began in it, and the most of them in any window of PEAK_MS.
import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const SECOND_MS = 1000;
/** Long enough that chance is a small part of a peak. */
const PEAK_MS = 2000;
const REFUSED = new Set([429, 503]);
const plan = JSON.parse(process.argv[2]);
// As many sockets as calls: one that waits for a socket is not yet made.
const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
const body = JSON.stringify(plan.body);
const headers = {
  'content-type': 'application/json',
  'content-length': Buffer.byteLength(body),
  'x-tenant-id': 'acme',
};
const attempts = [];
let phase = plan.phases[0].name;

function call() {
  const target = plan.targets[attempts.length % plan.targets.length];
  return new Promise((done) => {
    const sent = httpRequest(target, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      const seconds = Number(response.headers['retry-after']);
      response.on('end', () => {
        done({ status: response.statusCode, retryAfterMs: seconds * SECOND_MS });
      });
      response.on('error', () => done({ status: 0 }));
    });
    sent.on('error', () => done({ status: 0 }));
    sent.end(body);
  });
}

/** Mulberry32: the same pattern of calls in every run. */
function random() {
  plan.seed = (plan.seed + 0x6d2b79f5) | 0;
  let x = Math.imul(plan.seed ^ (plan.seed >>> 15), 1 | plan.seed);
  x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
  return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
}

async function ask(retriesLeft) {
  const answered = call();
  const attempt = { phase, atMs: performance.now(), outcome: 'open' };
  attempts.push(attempt);
  const { status, retryAfterMs } = await answered;
  const isRefused = REFUSED.has(status);
  attempt.outcome = status === 200 ? 'ok' : isRefused ? 'refused' : 'failed';
  attempt.takenMs = performance.now() - attempt.atMs;
  if (!isRefused || retriesLeft === 0 || !(retryAfterMs > 0)) return;
  await sleep(retryAfterMs, undefined, { ref: false });
  await ask(retriesLeft - 1);
}

async function openLoop({ seconds, perSecond }) {
  const startMs = performance.now();
  let dueMs = 0;
  for (;;) {
    dueMs += (-Math.log(1 - random()) / perSecond) * SECOND_MS;
    if (dueMs > seconds * SECOND_MS) break;
    const waitMs = startMs + dueMs - performance.now();
    if (waitMs > 1) await sleep(waitMs);
    void ask(plan.retries);
  }
  await sleep(Math.max(0, startMs + seconds * SECOND_MS - performance.now()));
}

async function closedLoop({ seconds, inHand }) {
  const endMs = performance.now() + seconds * SECOND_MS;
  const caller = async () => {
    while (performance.now() < endMs) await ask(0);
  };
  await Promise.all(Array.from({ length: inHand }, caller));
}

/** Most attempts per second of any window. */
function peakOf(of) {
  let [most, from] = [0, 0];
  for (let to = 0; to < of.length; to += 1) {
    while (of[to].atMs - of[from].atMs > PEAK_MS) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return (most * SECOND_MS) / PEAK_MS;
}

function summaryOf(name) {
  const of = attempts.filter((attempt) => attempt.phase === name);
  const having = (outcome) => of.filter((attempt) => attempt.outcome === outcome);
  const taken = having('ok')
    .map(({ takenMs }) => takenMs)
    .toSorted((a, b) => a - b);
  return {
    name,
    attempts: of.length,
    ok: taken.length,
    refused: having('refused').length,
    failed: having('failed').length,
    peakPerSecond: peakOf(of),
    p95Ms: taken[Math.ceil(0.95 * taken.length) - 1] ?? null,
  };
}

for (const next of plan.phases) {
  phase = next.name;
  await (next.inHand ? closedLoop(next) : openLoop(next));
}
// What is still under way is waited for, not counted as nothing.
const patienceEndMs = performance.now() + 10 * SECOND_MS;
while (attempts.some(({ outcome }) => outcome === 'open') && performance.now() < patienceEndMs) {
  await sleep(50);
}
const summaries = plan.phases.map(({ name }) => summaryOf(name));
process.stdout.write(`${JSON.stringify(summaries)}\n`, () => process.exit(0));
