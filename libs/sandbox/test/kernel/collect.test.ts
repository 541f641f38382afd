import { DEFAULT_LIMITS } from '@sandlot/contract';
import { planJob, type Cell, type Sandbox } from '@sandlot/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox } from '../../src/index.js';
import { childrenOf, countResidue, findProcesses } from '../support/count-residue.js';
import { shellInCell } from '../support/run-in-cell.js';

/** A cell whose only step, which leaves 20 MiB in `x`, has ended; and its init. */
async function openUsedCell(sandbox: Sandbox): Promise<{ readonly cell: Cell; readonly init: number }> {
  const { cell: plan, steps } = planJob({
    env: {},
    limits: DEFAULT_LIMITS,
    files: [],
    steps: [
      {
        name: 'run',
        argv: ['/bin/sh', '-c', 'head -c 20971520 /dev/zero > x'],
        env: {},
        limits: DEFAULT_LIMITS,
        stdin: new Uint8Array(),
      },
    ],
  });
  const { signal } = new AbortController();
  const cell = await sandbox.openCell(plan, signal);
  for (const step of steps) {
    await cell.runStep(step, { onOutput: () => undefined, onStarted: () => undefined, signal });
  }
  const ours = findProcesses('sandlot-init');
  const [slot] = childrenOf(process.pid).filter((pid) => ours.includes(pid));
  const [init] = childrenOf(slot!);
  return { cell, init: init! };
}

describe('collecting files', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await createSandbox({ slots: 1 });
  });
  afterAll(async () => await sandbox.close());
  const never = new AbortController().signal;

  it('can be done again', async () => {
    const { cell } = await openUsedCell(sandbox);
    try {
      const first = await cell.collect(['x', 'y'], never);
      expect(first.files.map(({ content }) => content.length)).toEqual([20 * 1024 * 1024]);
      expect(first.leftOut).toEqual([{ path: 'y', requested: 'y', reason: 'missing' }]);
      expect((await cell.collect(['x'], never)).files).toHaveLength(1);
    } finally {
      await cell.close();
    }
  });

  it('leaves no descriptor behind', async () => {
    const round = async () => {
      const { cell } = await openUsedCell(sandbox);
      await cell.collect(['x'], never);
      await cell.close();
    };
    await round();
    const before = countResidue();
    for (let count = 0; count < 5; count += 1) await round();
    expect(countResidue()).toEqual(before);
  });

  it('ends with the job’s signal though init hands out nothing, and the slot goes on', async () => {
    const { cell, init } = await openUsedCell(sandbox);
    process.kill(init, 'SIGSTOP');
    const collected = await cell.collect(['x'], AbortSignal.timeout(100));
    expect(collected).toEqual({
      files: [],
      leftOut: [{ path: 'x', requested: 'x', reason: 'not-collected' }],
    });
    // What does not end is ended with its slot.
    await cell.close();
    expect((await shellInCell(sandbox, 'echo fine')).stdout).toBe('fine\n');
  }, 20_000);

  it('fails, as Sandlot’s own failure, if init is killed', async () => {
    const { cell, init } = await openUsedCell(sandbox);
    process.kill(init, 'SIGSTOP');
    const collecting = cell.collect(['x'], never);
    process.kill(init, 'SIGKILL');
    await expect(collecting).rejects.toMatchObject({ code: 'sandbox-lost' });
    await cell.close();
    expect((await shellInCell(sandbox, 'echo fine')).stdout).toBe('fine\n');
  });
});
