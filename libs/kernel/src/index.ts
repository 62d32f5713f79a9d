export { assertNever } from './assert-never.js';
export { type Clock, monotonicClock, wallClock } from './clock.js';
export { nearestName } from './nearest-name.js';
export { numberOf } from './number-of.js';
export { fanOut, ignoreEvents, type Observer } from './observer.js';
