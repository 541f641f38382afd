import { setTimeout as delay } from 'node:timers/promises';
import type { Sandbox } from '@sandlot/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox } from '../../src/index.js';
import { runInCell, shellInCell } from '../support/run-in-cell.js';

const MiB = 1024 * 1024;

describe('standard streams', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await createSandbox({ slots: 2 });
  });
  afterAll(async () => await sandbox.close());

  it('carry bytes unchanged, more than a pipe holds', async () => {
    const stdin = Buffer.alloc(8 * MiB, 'abcdefghijklmnopqrstuvwxyz0123456789\n');
    const { stdout, outcome } = await runInCell(sandbox, {
      argv: ['cat'],
      stdin,
      limits: { outputBytes: 16 * MiB },
    });
    expect(outcome).toEqual({ kind: 'exited', exitCode: 0 });
    expect(stdout === stdin.toString()).toBe(true);
  });

  it('take input as it comes and give output as it comes', async () => {
    const heard: string[] = [];
    async function* conversation() {
      for (const line of ['one\n', 'two\n', 'three\n']) {
        const before = heard.join('').length;
        yield Buffer.from(line);
        while (heard.join('').length < before + line.length) await delay(5);
      }
    }
    const { outcome } = await runInCell(sandbox, {
      argv: ['cat'],
      stdin: conversation(),
      onOutput: (chunk) => void heard.push(chunk),
    });
    expect(outcome).toEqual({ kind: 'exited', exitCode: 0 });
    expect(heard.join('')).toBe('one\ntwo\nthree\n');
  });

  it('hold the payload back while nobody takes its output', async () => {
    let release!: () => void;
    const gate = new Promise<void>((resolve) => (release = resolve));
    let chunks = 0;
    const run = shellInCell(sandbox, 'head -c 1000000 /dev/zero; echo end >&2', {
      onOutput: (chunk) => {
        if (chunk === 'end\n') return;
        chunks += 1;
        return gate;
      },
    });
    await delay(200);
    expect(chunks).toBe(1);
    release();
    expect((await run).stdout).toHaveLength(1_000_000);
  });

  it('let a payload ignore its input', async () => {
    const { outcome } = await runInCell(sandbox, { argv: ['true'], stdin: Buffer.alloc(4 * MiB) });
    expect(outcome).toEqual({ kind: 'exited', exitCode: 0 });
  });

  it('end a payload whose input source never ends', async () => {
    async function* silence(): AsyncGenerator<Uint8Array> {
      await new Promise(() => undefined);
      yield new Uint8Array();
    }
    const { outcome } = await runInCell(sandbox, { argv: ['true'], stdin: silence() });
    expect(outcome).toEqual({ kind: 'exited', exitCode: 0 });
  });

  it('report a failing listener instead of a result, and end the payload', async () => {
    const run = shellInCell(sandbox, 'echo now; sleep 60', {
      onOutput: () => Promise.reject(new Error('listener failed')),
    });
    await expect(run).rejects.toThrow(expect.objectContaining({ cause: new Error('listener failed') }));
  });
});
