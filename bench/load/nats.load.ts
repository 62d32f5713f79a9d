// Closed loop of `nc.request`, the call a gateway makes.
import { connect } from '@nats-io/transport-node';
import { isDecision, jsonRequest, requestPool } from './payloads.js';
import { serveLoad } from './serve-load.js';

const encoder = new TextEncoder();
const requestAt = requestPool((n) => encoder.encode(jsonRequest(n)));

serveLoad(async ({ url, subject = '' }) => {
  const nc = await connect({ servers: url ?? '', name: 'bench-load' });
  return (n, settle) => {
    nc.request(subject, requestAt(n), { timeout: 5_000 }).then(
      (answer) => settle(isDecision(answer.data)),
      () => settle(false),
    );
  };
});
