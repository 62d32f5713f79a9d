// @grpc/grpc-js and nothing else. Bytes in, canned bytes out; with PARSE=true the messages are decoded and encoded by proto-loader.
import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import { CANNED_DECISION } from '../load/payloads.js';
import { DECIDE_PATH, decideMethod } from '../load/router-proto.js';
import { sayReady } from './say-ready.js';

const { requestDeserialize, responseSerialize } = decideMethod();
const canned = responseSerialize(CANNED_DECISION);
const isParsing = process.env['PARSE'] === 'true';

const server = new Server();
server.addService(
  {
    Decide: {
      path: DECIDE_PATH,
      requestStream: false,
      responseStream: false,
      requestSerialize: (bytes: Buffer) => bytes,
      requestDeserialize: isParsing ? requestDeserialize : (bytes: Buffer) => bytes,
      responseSerialize: isParsing ? responseSerialize : (bytes: Buffer) => bytes,
      responseDeserialize: (bytes: Buffer) => bytes,
    },
  },
  {
    Decide: (_: ServerUnaryCall<object, object>, answer: sendUnaryData<object>) =>
      answer(null, isParsing ? CANNED_DECISION : canned),
  },
);
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  sayReady({ address: `127.0.0.1:${port}` });
});
