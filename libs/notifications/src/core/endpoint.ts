/** Who registered an endpoint: a gateway through the API, or an operator in the configuration. */
export type EndpointSource = 'api' | 'configuration';

/** Where a gateway wants to be told of changes. */
export interface GatewayEndpoint {
  /** First 16 characters of base64(SHA-256(endpoint)); may hold `/` and `+`. */
  readonly endpointId: string;
  /** The URL as it was registered. */
  readonly endpoint: string;
  /** When it was registered first, in Unix milliseconds. */
  readonly registeredAtMs: number;
  readonly source: EndpointSource;
}
