import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { requireStack } from './require-stack.js';

describe('requireStack', () => {
  const limitsAfter = (command: string) =>
    execFileSync('sh', ['-c', `${command}; cat /proc/self/limits`], { encoding: 'utf8' });

  it.each(['true', 'ulimit -Ss 2048', 'ulimit -s 8192'])(
    'is content with what can be had after %s',
    (command) => {
      expect(() => requireStack(limitsAfter(command))).not.toThrow();
    },
  );

  it('says what to raise', () => {
    expect(() => requireStack(limitsAfter('ulimit -s 8191'))).toThrow(
      /is 8387584\. Raise it .* LimitSTACK=infinity/,
    );
  });
});
