import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import type { Sandbox } from '@sandlot/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSandbox } from '../../src/index.js';
import { childrenOf, countResidue, findProcesses } from '../support/count-residue.js';
import { shellInCell } from '../support/run-in-cell.js';
import { waitUntil } from '../support/wait-until.js';

const WORKER = new URL('../support/worker-process.ts', import.meta.url).pathname;

describe('after cells', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await createSandbox({ slots: 2 });
  });
  afterEach(async () => await sandbox.close());

  it('descriptors and mounts are as many as before, whatever the payloads did', async () => {
    const scripts = ['exit 0', 'kill -SEGV $$', 'setsid sleep 60 & exit 3', 'yes', 'sleep 60', '/nowhere'];
    const runAll = async () => {
      for (const script of scripts) {
        await shellInCell(sandbox, script, { limits: { wallTimeMs: 100, outputBytes: 1000 } });
      }
    };
    await runAll();
    const before = countResidue();
    for (let round = 0; round < 20; round += 1) await runAll();
    expect(countResidue()).toEqual(before);
  }, 60_000);

  it('a slot whose init was killed is replaced, and only its own job fails', async () => {
    const [init] = childrenOf(process.pid).filter((pid) => findProcesses('sandlot-init').includes(pid));
    const run = shellInCell(sandbox, 'sleep 60', { onStarted: () => void process.kill(init!, 'SIGKILL') });
    const other = shellInCell(sandbox, 'sleep 60', { limits: { wallTimeMs: 500 } });
    const [first, second] = await Promise.allSettled([run, other]);
    const failed = [first, second].filter((result) => result.status === 'rejected');
    expect(failed).toHaveLength(1);
    expect(String(failed[0]!.reason)).toContain('died without being told to');
    const after = await Promise.all([1, 2, 3, 4].map(() => shellInCell(sandbox, 'echo fine')));
    expect(after.map(({ stdout }) => stdout)).toEqual(['fine\n', 'fine\n', 'fine\n', 'fine\n']);
  });
});

describe('after a sandbox was closed', () => {
  it('none of its processes, descriptors or mounts is left, even with cells in use', async () => {
    const before = { ...countResidue(), children: childrenOf(process.pid).length };
    const sandbox = await createSandbox({ slots: 3 });
    let started = 0;
    const runs = [1, 2, 3].map(async () => {
      await shellInCell(sandbox, 'sleep 60', { onStarted: () => (started += 1) });
    });
    const settled = Promise.allSettled(runs);
    await waitUntil('all three run', () => started === 3);
    await sandbox.close();
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    // The pipes of a killed step end a moment after it.
    const isAsBefore = () =>
      isDeepStrictEqual({ ...countResidue(), children: childrenOf(process.pid).length }, before);
    await waitUntil('all is as before', isAsBefore, 1_000);
  });
});

describe('after kill -9 of the worker', () => {
  it('no process of its cells is left within a second', async () => {
    const marker = `60${process.pid}`;
    const arguments_ = ['--conditions=development', '--import', 'tsx', WORKER, marker, '4'];
    const worker = spawn(process.execPath, arguments_, { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      let output = '';
      worker.stdout.on('data', (chunk) => (output += String(chunk)));
      await waitUntil('four payloads run', () => output.split('started').length === 5, 20_000);
      // In each cell a shell and two sleepers name the marker.
      await waitUntil('all their processes run', () => findProcesses(`sleep 600 ${marker}`).length === 12);
    } finally {
      worker.kill('SIGKILL');
      await once(worker, 'exit');
    }
    await waitUntil('none is left', () => findProcesses(`sleep 600 ${marker}`).length === 0, 1_000);
  }, 40_000);
});
