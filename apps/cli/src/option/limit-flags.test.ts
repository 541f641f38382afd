import { describe, expect, it } from 'vitest';
import { flagOfField, inUnitsOf } from './limit-flags.js';

describe('flagOfField', () => {
  it.each([
    ['argv[0]', 'the program and its arguments'],
    ['files[0].path', '--file'],
    ['env.NAME', '--env'],
    ['stdin.content', '--stdin'],
    ['labels.team', '--label'],
    ['limits.memoryBytes', '--memory'],
    ['limits.wallTimeMs', '--time'],
    ['limits.cpuTimeMs', '--cpu-time'],
    ['limits.outputBytes', '--output'],
    ['limits.diskBytes', '--disk'],
    ['limits.fileBytes', '--disk'],
    ['limits.pids', '--pids'],
    ['limits.idleTimeMs', '--idle'],
    ['limits.cpuCores', '--cpus'],
    ['limits.cpuWeight', '--cpu-weight'],
    ['limits.ioBytesPerSecond', '--io'],
    ['limits.openFiles', 'limits.openFiles'],
    ['somethingElse', 'somethingElse'],
  ])('%s came from %s', (field, flag) => {
    expect(flagOfField(field)).toBe(flag);
  });
});

describe('inUnitsOf', () => {
  it.each([
    [
      'limits.memoryBytes',
      'Expected an integer from 1048576 to 68719476736, received 107374182400',
      'Expected a value from 1 MiB to 64 GiB, received 100 GiB',
    ],
    ['limits.wallTimeMs', 'Requested 600000, the maximum is 5500.', 'Requested 10 m, the maximum is 5.5 s.'],
    ['limits.pids', 'Requested 65, the maximum is 64', 'Requested 65, the maximum is 64'],
    ['limits.cpuCores', 'Requested 2.5, the maximum is 1.5', 'Requested 2.5, the maximum is 1.5'],
    [
      'limits.ioBytesPerSecond',
      'Requested 2097152, the maximum is 65536',
      'Requested 2 MiB, the maximum is 64 KiB',
    ],
    ['files[0].path', 'Path "1048576" is no path', 'Path "1048576" is no path'],
  ])('%s: %s', (field, message, expected) => {
    expect(inUnitsOf(field, message)).toBe(expected);
  });
});
