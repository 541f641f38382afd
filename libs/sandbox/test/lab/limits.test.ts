import { readFileSync } from 'node:fs';
import type { Limits } from '@sandlot/contract';
import type { Sandbox } from '@sandlot/engine';
import { payloadPath, requireFeature } from '@sandlot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox } from '../../src/index.js';
import { deferred } from '../../src/deferred.js';
import { cgroupFindings } from '../support/cgroup-findings.js';
import { EPOLL_WATCHES } from '../support/epoll-watches.js';
import { labCgroup } from '../support/lab-cgroup.js';
import { runInCell, runStepsInCell, type CellRun } from '../support/run-in-cell.js';
import { hasOtherUids } from '../support/subordinate-ids.js';

const MiB = 1024 * 1024;

describe('in a delegated cgroup', () => {
  let sandbox: Sandbox;
  let files: CellRun['files'];
  beforeAll(async () => {
    sandbox = await createSandbox({ slots: 2, cgroup: labCgroup() });
    files = [{ path: 'payload', mode: '0755', content: readFileSync(await payloadPath()) }];
  }, 60_000);
  afterAll(async () => await sandbox.close());
  const run = async (argv: readonly string[], limits: CellRun['limits'] = {}) =>
    await runInCell(sandbox, { argv: ['./payload', ...argv], limits, files: files! });

  it('is tier T0, and nothing is missing', () => {
    expect(sandbox.abilities.tier).toBe('T0');
    expect(cgroupFindings(sandbox.abilities)).toEqual([]);
  });

  it('kills the whole cell for its memory, and says so', async () => {
    const limits = { memoryBytes: 32 * MiB };
    const report = await run(['memory-hog', String(64 * MiB)], limits);
    expect(report.outcome).toEqual({ kind: 'memory-exceeded', limitBytes: 32 * MiB });
    expect(report.enforcement.memoryBytes).toBe('cgroup');
    const { memoryPeakBytes, cpuUserMs, cpuSystemMs, wallMs } = report.steps[0]!.usage;
    expect(memoryPeakBytes).toBeLessThanOrEqual(32 * MiB);
    expect(memoryPeakBytes).toBeGreaterThan(30 * MiB);
    expect(cpuUserMs + cpuSystemMs).toBeGreaterThan(0);
    expect(wallMs).toBeGreaterThan(0);
  });

  it('collects nothing of a cell that its memory limit ended whole, and says so', async () => {
    const { outcome, artifacts } = await runInCell(sandbox, {
      argv: ['/bin/sh', '-c', `echo kept > x; exec ./payload memory-hog ${64 * MiB}`],
      limits: { memoryBytes: 32 * MiB },
      files: files!,
      artifacts: [{ path: 'x', optional: false }],
    });
    expect(outcome).toEqual({ kind: 'memory-exceeded', limitBytes: 32 * MiB });
    expect(artifacts).toEqual({
      files: [],
      leftOut: [{ path: 'x', requested: 'x', reason: 'not-collected' }],
    });
  });

  it('collects what fills most of the memory limit, without needing as much again', async () => {
    const { outcome, artifacts } = await runInCell(sandbox, {
      argv: ['/bin/sh', '-c', `head -c ${26 * MiB} /dev/urandom > x`],
      limits: { memoryBytes: 32 * MiB },
      artifacts: [{ path: 'x', optional: false }],
    });
    expect(outcome).toEqual({ kind: 'exited', exitCode: 0 });
    expect(artifacts.files.map(({ content }) => content.length)).toEqual([26 * MiB]);
  });

  it('does not take a SIGKILL for an OOM kill', async () => {
    expect((await run(['kill-self', 'KILL'])).outcome).toEqual({ kind: 'signaled', signal: 'SIGKILL' });
  });

  it('refuses the fork beyond the limit and counts it', async () => {
    const report = await run(['fork-bomb', '100'], { pids: 10 });
    expect(report.stdout).toBe('forked 9 EAGAIN\n');
    expect(report.outcome).toEqual({ kind: 'exited', exitCode: 0 });
    expect(report.steps[0]!.usage).toMatchObject({ forksRefused: 1, processesPeak: 10 });
  });

  it('keeps the CPU clock over all processes', async () => {
    const report = await run(['busy-loop'], { cpuTimeMs: 300, wallTimeMs: 20_000 });
    expect(report.outcome).toEqual({ kind: 'timed-out', clock: 'cpu', limitMs: 300 });
    const { cpuUserMs, cpuSystemMs } = report.steps[0]!.usage;
    expect(cpuUserMs + cpuSystemMs).toBeGreaterThanOrEqual(299);
    expect(cpuUserMs + cpuSystemMs).toBeLessThan(450);
  });

  it('ends an idle step', async () => {
    const report = await run(['pause'], { idleTimeMs: 200, wallTimeMs: 20_000 });
    expect(report.outcome).toEqual({ kind: 'timed-out', clock: 'idle', limitMs: 200 });
    expect(report.steps[0]!.usage.wallMs).toBeLessThan(1_000);
  });

  it('slows a step down to its share of a core', async () => {
    const report = await run(['burn-cpu', '100'], { cpuCores: 0.2, wallTimeMs: 20_000 });
    expect(report.outcome).toEqual({ kind: 'exited', exitCode: 0 });
    expect(report.steps[0]!.usage.wallMs).toBeGreaterThan(300);
    expect(report.enforcement.cpuCores).toBe('cgroup');
  });

  it('ends a throttled step in time', async () => {
    const report = await run(['busy-loop'], { cpuCores: 0.01, wallTimeMs: 500 });
    expect(report.outcome).toEqual({ kind: 'timed-out', clock: 'wall', limitMs: 500 });
    expect(report.steps[0]!.usage.wallMs).toBeLessThan(1_500);
  });

  /** Runs verbs as steps of one cell, each with limits of its own. */
  const runSteps = async (...steps: readonly (readonly [verb: string, limits: Partial<Limits>])[]) =>
    await runStepsInCell(
      sandbox,
      steps.map(([verb, limits]) => ({ argv: ['./payload', ...verb.split(' ')], limits })),
      files,
    );

  it('holds each step to its own limits', async () => {
    const { steps, outcome } = await runSteps(
      [`memory-hog ${48 * MiB}`, { memoryBytes: 64 * MiB }],
      ['fork-bomb 20', { memoryBytes: 64 * MiB, pids: 5 }],
      ['fork-bomb 20', { memoryBytes: 64 * MiB, pids: 30 }],
      [`memory-hog ${48 * MiB}`, { memoryBytes: 32 * MiB }],
    );
    expect(steps.map(({ outcome: { kind } }) => kind)).toEqual([
      'exited',
      'exited',
      'exited',
      'memory-exceeded',
    ]);
    expect(steps.map(({ usage }) => usage.forksRefused)).toEqual([0, 1, 0, 0]);
    expect(outcome).toEqual({ kind: 'memory-exceeded', limitBytes: 32 * MiB });
  });

  it('says so when what earlier steps left is more than a step may have', async () => {
    const { steps } = await runSteps(
      [`big-file /tmp/big ${48 * MiB}`, { memoryBytes: 128 * MiB }],
      ['true', { memoryBytes: 16 * MiB }],
    );
    expect(steps.map(({ outcome }) => outcome)).toEqual([
      { kind: 'exited', exitCode: 0 },
      { kind: 'memory-exceeded', limitBytes: 16 * MiB },
    ]);
  });

  it('counts the CPU time of each step by itself, of one that runs out of memory too', async () => {
    const { steps } = await runSteps(
      ['burn-cpu 3000', {}],
      [`memory-hog ${48 * MiB}`, { memoryBytes: 32 * MiB }],
    );
    expect(steps[1]!.outcome).toEqual({ kind: 'memory-exceeded', limitBytes: 32 * MiB });
    const used = steps.map(({ usage }) => usage.cpuUserMs + usage.cpuSystemMs);
    expect(used[0]).toBeGreaterThanOrEqual(2_900);
    expect(used[1]).toBeLessThan(2_500);
  });

  it('blames no step for a disk that another one has filled', async () => {
    const { steps } = await runSteps(['fill-disk /tmp', {}], ['exit 3', {}]);
    expect(steps.map(({ outcome }) => outcome)).toEqual([
      { kind: 'exited', exitCode: 0 },
      { kind: 'exited', exitCode: 3 },
    ]);
  });

  it('tells of the disk', async () => {
    const report = await run(['fill-disk', '/tmp'], { diskBytes: 4 * MiB });
    expect(report.stdout).toContain('ENOSPC');
    expect(report.steps[0]!.usage.diskUsedBytes).toBe(4 * MiB);
  });

  it.runIf(hasOtherUids)('goes on while a payload holds every epoll watch of its uid', async () => {
    const controller = new AbortController();
    const holds = deferred<void>();
    const hog = runInCell(sandbox, {
      argv: ['python3', '-c', EPOLL_WATCHES],
      limits: { wallTimeMs: 60_000, cpuTimeMs: 60_000 },
      signal: controller.signal,
      onOutput: () => holds.resolve(),
    });
    await Promise.race([holds.promise, hog]);
    expect((await runInCell(sandbox, { argv: ['echo', 'fine'] })).stdout).toBe('fine\n');
    controller.abort();
    expect(await hog).toMatchObject({ stdout: 'full\n', outcome: { kind: 'cancelled' } });
  });
});

const DISK = process.env['SANDLOT_LAB_DISK'] ?? '';
const hasDisk = requireFeature({
  feature: 'a disk of the lab’s own',
  remedy: 'apt-get install e2fsprogs, and run in the lab’s guest',
  isPresent: DISK !== '',
});

describe.runIf(hasDisk)('with the io controller', () => {
  it('slows reading from a disk down', { timeout: 60_000 }, async () => {
    const sandbox = await createSandbox({ slots: 1, cgroup: labCgroup() });
    const read = async (skip: number, limits: CellRun['limits']) =>
      await runInCell(sandbox, {
        argv: ['dd', `if=${DISK}`, 'of=/dev/null', 'bs=1M', 'count=1', `skip=${skip}`],
        limits: limits!,
      });
    const free = await read(0, {});
    // Another part of the file: what was read once comes from memory.
    const slow = await read(2, { ioBytesPerSecond: 512 * 1024, wallTimeMs: 30_000 });
    expect(slow.enforcement.ioBytesPerSecond).toBe('cgroup');
    expect(free.steps[0]!.usage.wallMs).toBeLessThan(1_000);
    expect(slow.steps[0]!.usage.wallMs).toBeGreaterThan(1_500);
    await sandbox.close();
  });

  it('ends a step in time that waits for the disk', { timeout: 60_000 }, async () => {
    const sandbox = await createSandbox({ slots: 1, cgroup: labCgroup() });
    const read = async (limits: CellRun['limits']) =>
      await runInCell(sandbox, {
        argv: ['dd', `if=${DISK}`, 'of=/dev/null', 'bs=3M', 'count=1', 'iflag=direct'],
        limits: limits!,
      });
    for (const [clock, limit] of [
      ['wall', { wallTimeMs: 1_000 }],
      ['idle', { idleTimeMs: 1_000 }],
    ] as const) {
      const { outcome, steps } = await read({ ioBytesPerSecond: 65_536, wallTimeMs: 40_000, ...limit });
      expect(outcome).toEqual({ kind: 'timed-out', clock, limitMs: 1_000 });
      expect(steps[0]!.usage.wallMs).toBeLessThan(5_000);
    }
    // What the main process leaves waiting does not keep the step open either.
    const script = `dd if=${DISK} of=/dev/null bs=3M count=1 iflag=direct & sleep 0.5; exit 3`;
    const left = await runInCell(sandbox, {
      argv: ['sh', '-c', script],
      limits: { ioBytesPerSecond: 65_536, wallTimeMs: 20_000 },
    });
    expect(left.outcome).toEqual({ kind: 'exited', exitCode: 3 });
    expect(left.steps[0]!.usage.wallMs).toBeLessThan(5_000);
    // The limit of one job is not the next one's.
    expect((await read({ wallTimeMs: 5_000 })).outcome).toEqual({ kind: 'exited', exitCode: 0 });
    await sandbox.close();
  });
});
