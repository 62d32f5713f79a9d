// Whether the process may be sent traffic, and who tells it
export { Readiness } from './core/readiness.js';
export { HealthModule } from './nest/health.module.js';
export { GrpcHealth } from './adapters/grpc-health.js';

// The process from its configuration to its end
export { configOrExit } from './adapters/config-or-exit.js';
export { runService, type ServiceProcess } from './adapters/run-service.js';
