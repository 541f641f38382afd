import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { createDiskStore } from '@sandlot/store';
import type { JobStore } from '@sandlot/engine';
import { pino } from 'pino';
import { startApi, type ApiOptions, type ApiServer } from '../../src/index.js';
import { MemoryQueue } from './memory-queue.js';

/** An API on a loopback port, with everything behind it at hand. */
export interface TestApi extends AsyncDisposable {
  readonly server: ApiServer;
  readonly url: string;
  readonly queue: MemoryQueue;
  readonly store: JobStore;
  readonly storeDirectory: string;
  /** Log lines so far. */
  readonly log: readonly string[];
  readonly close: () => Promise<void>;
}

export async function startTestApi(options: Partial<ApiOptions> = {}): Promise<TestApi> {
  const storeDirectory = await mkdtemp(join(tmpdir(), 'sandlot-api-'));
  const store = await createDiskStore({ directory: storeDirectory });
  const queue = new MemoryQueue();
  const log: string[] = [];
  const sink = new Writable({
    write(line: Buffer, _encoding, done) {
      log.push(line.toString());
      done();
    },
  });
  const server = await startApi({
    queue,
    store,
    listen: { host: '127.0.0.1', port: 0 },
    logger: pino({ level: 'debug' }, sink),
    info: () => ({ version: '1.2.3' }),
    ready: async () => undefined,
    ...options,
  }).catch(async (error: unknown) => {
    await rm(storeDirectory, { recursive: true });
    throw error;
  });
  const close = async (): Promise<void> => {
    await server.close();
    await rm(storeDirectory, { recursive: true, force: true });
  };
  return {
    server,
    url: server.address,
    queue,
    store,
    storeDirectory,
    log,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Posts JSON. */
export async function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Response> {
  return await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Waits until `condition` holds, for 5 s at most. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`Not within 5 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Sends bytes on a bare connection; gives all that comes back until the service closes it. */
export async function exchange(url: string, bytes: string | Uint8Array): Promise<string> {
  return await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
}
