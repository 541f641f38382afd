import { beforeEach, describe, expect, it, vi, type MockInstance } from 'vitest';
import { findProgram, requireFeature, requireProgram } from './require-feature.js';

describe('requireFeature', () => {
  let write: MockInstance<typeof process.stderr.write>;
  beforeEach(() => {
    write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  });

  it('lets tests run, silently, when the feature is there', () => {
    vi.stubEnv('SANDLOT_MUST_RUN', '1');
    expect(requireProgram('sh', 'dash')).toBe(true);
    expect(write).not.toHaveBeenCalled();
  });

  it('names the missing feature and its remedy when tests are skipped', () => {
    vi.stubEnv('SANDLOT_MUST_RUN', '');
    expect(requireProgram('no-such-program', 'some-package')).toBe(false);
    expect(write).toHaveBeenCalledWith(
      'SKIP no-such-program is missing. To run these tests: apt-get install some-package\n',
    );
  });

  it('fails instead of skipping under SANDLOT_MUST_RUN=1', () => {
    vi.stubEnv('SANDLOT_MUST_RUN', '1');
    const absent = { feature: 'a writable cgroup', remedy: 'start with Delegate=yes', isPresent: false };
    expect(() => requireFeature(absent)).toThrow(/a writable cgroup is missing.*Delegate=yes/);
  });
});

describe('findProgram', () => {
  it('finds a program in PATH and nothing else', () => {
    expect(findProgram('sh')).toMatch(/\/sh$/);
    expect(findProgram('no-such-program')).toBeUndefined();
  });
});
