// The package's door for gateways that ask the router over gRPC: `createGateway({ routerPort: new GrpcRouterClient(…) })`.
export { GrpcRouterClient, type GrpcRouterClientOptions } from '../adapters/grpc-router-client.js';
