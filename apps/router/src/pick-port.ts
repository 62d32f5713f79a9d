import { createServer } from 'node:net';

/** The port to listen on: `wanted`, or a free one when that is 0, for servers that do not tell which one they took. */
export async function pickPort(wanted: number, host: string): Promise<number> {
  if (wanted !== 0) return wanted;
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, host, () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
