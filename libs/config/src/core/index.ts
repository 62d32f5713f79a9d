export { ConfigError, type ConfigProblem } from './config-error.js';
