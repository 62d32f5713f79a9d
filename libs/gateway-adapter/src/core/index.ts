// What asking the router can end with
export { readReply, type RouterAnswer, type RouterUnavailable } from './router-answer.js';
// How that is said over HTTP
export {
  type AnswerContext,
  errorAnswer,
  type GatewayFailure,
  type HttpAnswer,
  toHttpAnswer,
} from './http-answer.js';
// Facts for metrics and logs
export type { GatewayEvent, HttpRoute, RouterOperation, RouterOutcome } from './gateway.events.js';
