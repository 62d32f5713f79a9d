export type { OverloadEvent } from './core/index.js';
