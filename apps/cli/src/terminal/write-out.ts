import type { Writable } from 'node:stream';

/** Writes and resolves once the text has left this process: on a pipe Node writes later. */
export async function writeOut(target: Writable, data: string | Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) =>
    target.write(data, (error) => (error ? reject(error) : resolve())),
  );
}
