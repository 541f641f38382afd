import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const SANDLOT = fileURLToPath(new URL('./bin/sandlot.js', import.meta.resolve('@sandlot/cli/package.json')));
const START_MS = 20_000;
const TRUE = { argv: ['/usr/bin/true'] };

/** A running `sandlot serve` of our own, with an empty data directory. */
export interface Service {
  readonly url: string;
  /** Runs one job through HTTP: submit with `Prefer: wait`, until the result is here. @throws unless it succeeded. */
  readonly runJob: (job?: object) => Promise<void>;
  /** Waits until a runner waits for a WASI job. */
  readonly whenWarm: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts the service as its users do, with these settings, and waits until it listens. */
export async function startService(settings: Readonly<Record<string, string>> = {}): Promise<Service> {
  const directory = mkdtempSync(join(tmpdir(), 'sandlot-bench-'));
  const child = spawn(process.execPath, [SANDLOT, 'serve'], {
    env: {
      ...process.env,
      SANDLOT_LISTEN: '127.0.0.1:0',
      SANDLOT_DATA_DIR: directory,
      SANDLOT_LOG_LEVEL: 'error',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await readAddress(child);
  return {
    url,
    runJob: async (job = TRUE) => await runJob(url, job),
    whenWarm: async () => await whenWarm(url),
    close: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
      await rm(directory, { recursive: true });
    },
  };
}

async function readAddress({ stdout }: ChildProcessByStdio<null, Readable, null>): Promise<string> {
  const deadline = AbortSignal.timeout(START_MS);
  let output = '';
  while (!stdout.readableEnded) {
    output += String(await once(stdout, 'data', { signal: deadline }));
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error(`sandlot serve ended without an address:\n${output}`);
}

async function runJob(url: string, job: object): Promise<void> {
  const response = await fetch(`${url}/v1/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'wait=30' },
    body: JSON.stringify(job),
  });
  const body = (await response.json()) as { readonly state?: string };
  if (body.state !== 'succeeded') throw new Error(`${response.status} ${JSON.stringify(body)}`);
}

async function whenWarm(url: string): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    if (/^sandlot_runners_waiting [1-9]/m.test(metrics)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
