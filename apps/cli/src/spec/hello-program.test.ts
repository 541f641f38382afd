import { describe, expect, it } from 'vitest';
import { helloProgram } from './hello-program.js';

describe('helloProgram', () => {
  it.each(['/bin/sh', '/usr/bin/node'])('takes %s where that is all there is', (program) => {
    expect(helloProgram((path) => path === program)?.argv?.[0]).toBe(program);
  });

  it('is none on a machine without programs', () => {
    expect(helloProgram(() => false)).toBeUndefined();
  });

  it('can be pasted into single quotes', () => {
    for (const program of ['/bin/sh', '/usr/bin/node'])
      expect(JSON.stringify(helloProgram((path) => path === program))).not.toContain("'");
  });
});
