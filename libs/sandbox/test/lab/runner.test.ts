import type { Sandbox } from '@sandlot/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox } from '../../src/index.js';
import { labCgroup } from '../support/lab-cgroup.js';
import { nodeRunner } from '../support/node-runner.js';
import { evaluate } from '../support/run-in-runner.js';

const MiB = 1024 * 1024;

describe('a runner in a cgroup', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    const program = { ...nodeRunner(), ownMemoryBytes: 96 * MiB };
    sandbox = await createSandbox({
      cgroup: labCgroup(),
      slots: 1,
      require: ['memory', 'pids', 'cpu'],
      runner: { program, spare: 1 },
    });
  }, 60_000);
  afterAll(async () => await sandbox.close());

  const fill = (mib: number) =>
    `const all = []; for (let n = 0; n < ${mib}; n++) all.push(Buffer.alloc(${MiB}, 1)); all.length`;

  it('is held to the memory of the job and its own, from its release on', async () => {
    const limits = { memoryBytes: 32 * MiB, wallTimeMs: 60_000, cpuTimeMs: 60_000 };
    expect((await evaluate(sandbox, fill(16), { limits })).said).toBe(16);
    const { end, oomKills, record } = await evaluate(sandbox, fill(1000), { limits });
    expect([end, oomKills]).toEqual([
      { kind: 'signaled', signal: 'SIGKILL' },
      expect.toSatisfy((kills) => kills > 0),
    ]);
    expect(record).toHaveLength(0);
  }, 120_000);

  it('is not charged for its start', async () => {
    await expect.poll(() => sandbox.runners?.waiting, { timeout: 60_000 }).toBe(1);
    const { cpuUserMs, cpuSystemMs } = await evaluate(sandbox, '0');
    const { cpuUserMs: computing } = await evaluate(
      sandbox,
      'for (const end = Date.now() + 1000; Date.now() < end;);',
    );
    expect(cpuUserMs + cpuSystemMs).toBeLessThan(300);
    expect(computing).toBeGreaterThan(300);
  }, 120_000);
});
