import { describe, expect, it } from 'vitest';
import { checkSpec } from './check-spec.js';

describe('checkSpec', () => {
  it('fills in what may be left out', () => {
    expect(checkSpec({ argv: ['true'] })).toMatchObject({ files: [], env: {}, limits: {}, stdin: '' });
  });

  it.each([
    [{ wallTimeMs: 1_200_000 }, '--time 20 m is out of range: ask for 1 ms to 10 m'],
    [{ memoryBytes: 1_024 }, '--memory 1 KiB is out of range: ask for 1 MiB to 64 GiB'],
    [{ cpuCores: 2000 }, '--cpus 2000 is out of range: ask for 0.01 to 1024'],
    [{ idleTimeMs: 1 }, '--idle 1 ms is out of range: ask for 100 ms to 10 m'],
    [{ pids: 0 }, '--pids 0 is out of range: ask for 1 to 4096'],
    [{ diskBytes: 2 ** 40, fileBytes: 2 ** 40 }, '--disk 1024 GiB is out of range: ask for 64 KiB to 16 GiB'],
  ])('names the flag of a limit out of range, and the range: %j', (limits, message) => {
    expect(() => checkSpec({ argv: ['true'], limits })).toThrow(message);
  });

  it('names the flag of a file that would leave the work directory', () => {
    const files = [{ path: '../x', content: '' }];
    expect(() => checkSpec({ argv: ['true'], files })).toThrow(/^--file: Path "..\/x" has a ".." segment/);
  });

  it('names the program when it is empty', () => {
    expect(() => checkSpec({ argv: [''] })).toThrow(
      'the program and its arguments: The program name is empty',
    );
  });
});
