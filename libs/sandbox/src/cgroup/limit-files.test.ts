import { DEFAULT_LIMITS } from '@sandlot/contract';
import type { CgroupController } from '@sandlot/engine';
import { describe, expect, it } from 'vitest';
import { planHaste, planLimitFiles } from './limit-files.js';

const plan = (limits: object, controllers: readonly CgroupController[], disks: readonly string[] = []) => {
  const { cell, slot } = planLimitFiles({ ...DEFAULT_LIMITS, ...limits }, new Set(controllers), disks);
  return [...cell, ...slot].map(({ name, value }) => `${name}=${value}`);
};

describe('planHaste', () => {
  it('lifts what slows a cell down, as far as the controllers go', () => {
    const names = (controllers: readonly CgroupController[]) => {
      const { cell, slot } = planHaste(new Set(controllers), ['8:0']);
      return [...cell, ...slot].map(({ name, value }) => `${name}=${value}`);
    };
    expect(names(['memory'])).toEqual([]);
    expect(names(['io'])).toEqual(['io.max=8:0 rbps=max wbps=max']);
    expect(names(['cpu'])).toEqual(['cpu.max=max 100000', 'cpu.weight=10000']);
  });
});

describe('planLimitFiles', () => {
  it('forbids swap before it bounds memory, in whole pages', () => {
    expect(plan({ memoryBytes: 10_000_000 }, ['memory'])).toEqual([
      'memory.swap.max=0',
      'memory.oom.group=1',
      'memory.max=9998336',
    ]);
  });

  it('leaves room for the cell’s init among the processes', () => {
    expect(plan({ pids: 1 }, ['pids'])).toEqual(['pids.max=2']);
  });

  it.each([
    [{}, ['cpu.max=max 100000', 'cpu.weight=100']],
    [{ cpuCores: 0.01 }, ['cpu.max=1000 100000', 'cpu.weight=100']],
    [{ cpuCores: 1.5, cpuWeight: 7 }, ['cpu.max=150000 100000', 'cpu.weight=7']],
    // A binary fraction a little below what was meant.
    [{ cpuCores: 0.29 }, ['cpu.max=29000 100000', 'cpu.weight=100']],
  ])('gives of the CPU what %j asks for', (limits, files) => {
    expect(plan(limits, ['cpu'])).toEqual(files);
  });

  it('slows down every disk, and none unasked', () => {
    const disks = ['8:0', '259:3'];
    expect(plan({ ioBytesPerSecond: 1_000_000 }, ['io'], disks)).toEqual([
      'io.max=8:0 rbps=1000000 wbps=1000000',
      'io.max=259:3 rbps=1000000 wbps=1000000',
    ]);
    expect(plan({}, ['io'], disks)).toEqual([
      'io.max=8:0 rbps=max wbps=max',
      'io.max=259:3 rbps=max wbps=max',
    ]);
  });

  it('weighs the slot, whose siblings are the other slots', () => {
    const { slot } = planLimitFiles({ ...DEFAULT_LIMITS, cpuWeight: 7 }, new Set(['cpu']), []);
    expect(slot.map(({ name }) => name)).toEqual(['cpu.weight']);
  });

  it('writes nothing that no controller is there for', () => {
    expect(plan({ cpuCores: 1, ioBytesPerSecond: 1_000_000 }, [], ['8:0'])).toEqual([]);
  });
});
