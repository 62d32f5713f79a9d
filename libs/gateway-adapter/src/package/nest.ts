// The package's door for NestJS.
export { GatewayAdapterModule } from '../nest/gateway-adapter.module.js';
export type { GatewayAdapterModuleOptions } from '../nest/gateway-adapter.module-definition.js';
