/** Longest notification that is believed, in bytes. The router's are below 1 KiB. */
export const MAX_NOTIFICATION_BYTES = 65_536;

/** A request whose body may still be on its way. */
export interface BodyStream {
  /** What a body parser left. */
  readonly body?: unknown;
  readonly readableEnded: boolean;
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  once(event: 'end' | 'close', listener: () => void): unknown;
  once(event: 'error', listener: (error: Error) => void): unknown;
  pause(): unknown;
}

/** The bytes of a body, or why there are none. */
export type ReadBody =
  | { readonly ok: true; readonly body: Uint8Array }
  | { readonly ok: false; readonly error: BodyError };

/** A body that cannot be read; `status` is the HTTP status of it, where Express looks for it. */
class BodyError extends Error {
  override readonly name = 'BodyError';

  constructor(
    readonly status: 400 | 500,
    message: string,
  ) {
    super(message);
  }
}

/** Reads the body of a notification as it came; of one that is too long, just more than may be. `onRead` is called once. */
export function readBody(request: BodyStream, onRead: (read: ReadBody) => void): void {
  const { body } = request;
  if (body instanceof Uint8Array) return onRead({ ok: true, body });
  if (!request.readableEnded) return collect(request, once(onRead));
  onRead(
    broken(500, 'mount receiveNotifications before body parsers: it needs the bytes as they came'),
  );
}

function collect(request: BodyStream, onRead: (read: ReadBody) => void): void {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  request.on('data', (chunk) => {
    sizeBytes += chunk.length;
    chunks.push(chunk);
    if (sizeBytes <= MAX_NOTIFICATION_BYTES) return;
    request.pause();
    onRead({ ok: true, body: Buffer.concat(chunks) });
    chunks.length = 0;
  });
  request.once('end', () => onRead({ ok: true, body: Buffer.concat(chunks) }));
  request.once('error', (error) => onRead(broken(400, error.message)));
  request.once('close', () => onRead(broken(400, 'the request ended before its body')));
}

function once(onRead: (read: ReadBody) => void): (read: ReadBody) => void {
  let isRead = false;
  return (read) => {
    if (isRead) return;
    isRead = true;
    onRead(read);
  };
}

function broken(status: BodyError['status'], message: string): ReadBody {
  return { ok: false, error: new BodyError(status, message) };
}
