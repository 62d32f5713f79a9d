// The package's door for NestJS.

// Wiring
export { GatewayAdapterModule } from '../nest/gateway-adapter.module.js';
export type { GatewayAdapterModuleOptions } from '../nest/gateway-adapter.module-definition.js';
export { GATEWAY } from '../nest/gateway-adapter.module-definition.js';

// In controllers
export {
  InjectGateway,
  RouterProtected,
  RouterTicket,
} from '../nest/router-protected.decorator.js';

// Parts, to use them without the decorator
export { GatewayGuard } from '../nest/gateway.guard.js';
export { GatewayInterceptor } from '../nest/gateway.interceptor.js';
export { GatewayRefusedException } from '../nest/gateway-refused.exception.js';
export { GatewayRefusedFilter } from '../nest/gateway-refused.filter.js';
