export { assertNever } from './assert-never.js';
export { type Clock, monotonicClock, wallClock } from './clock.js';
export { fanOut, ignoreEvents, type Observer } from './observer.js';
