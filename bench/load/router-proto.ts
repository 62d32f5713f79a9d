import { loadSync, type MethodDefinition } from '@grpc/proto-loader';
import { repoPath } from '../harness/repo-path.js';

/** Full name of the decide method. */
export const DECIDE_PATH = '/beamline.flow.v1.Router/Decide';

/** Proto file of the router. */
export const PROTO_FILE = repoPath('proto/beamline/flow/v1/flow.proto');

/** How every server of the bench reads the proto file. */
export const LOADER_OPTIONS = {
  keepCase: true,
  longs: Number,
  enums: String,
  defaults: true,
  oneofs: true,
} as const;

/** Serializers of `Router.Decide`. */
export function decideMethod(): MethodDefinition<object, object> {
  const service = loadSync(PROTO_FILE, LOADER_OPTIONS)['beamline.flow.v1.Router'];
  if (service === undefined || 'format' in service) throw new Error('no service Router');
  const method = service['Decide'];
  if (method === undefined) throw new Error('no method Decide');
  return method;
}
