import { describe, expect, it } from 'vitest';
import { flagOfField } from './limit-flags.js';

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
    ['limits.openFiles', 'limits.openFiles'],
    ['somethingElse', 'somethingElse'],
  ])('%s came from %s', (field, flag) => {
    expect(flagOfField(field)).toBe(flag);
  });
});
