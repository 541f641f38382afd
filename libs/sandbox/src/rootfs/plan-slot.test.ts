import { describe, expect, it } from 'vitest';
import { planRefresh } from './plan-refresh.js';
import { planRunnerSlot } from './plan-runner-slot.js';
import { planSlot } from './plan-slot.js';

describe('planSlot', () => {
  it('gives what it shows of the host inodes of its own, as far as it can', () => {
    const content = Buffer.from('cache');
    const plan = planSlot([
      { kind: 'directory', path: 'usr' },
      { kind: 'link', path: 'bin', target: 'usr/bin' },
      { kind: 'file', path: 'etc/ld.so.cache', content },
      { kind: 'file', path: 'etc/services' },
    ]);
    expect(plan).toEqual(
      expect.arrayContaining([
        { op: 'showTree', source: '/usr', path: 'usr' },
        { op: 'makeSymlink', target: 'usr/bin', path: 'bin' },
        { op: 'writeFile', path: 'etc/ld.so.cache', mode: 0o644, content },
        { op: 'bind', source: '/etc/services', path: 'etc/services' },
      ]),
    );
    expect(plan.filter(({ op }) => op === 'showTree')).toHaveLength(1);
    expect(planRefresh(plan)).toEqual([{ op: 'forgetNames', path: 'usr' }]);
  });
});

describe('planRunnerSlot', () => {
  it('shows no directory of the host, so that there are no names to forget', () => {
    const plan = planRunnerSlot([
      { path: '/usr/bin/node', source: '/usr/bin/node' },
      { path: '/runner.cjs', content: Buffer.from('run') },
    ]);
    expect(plan).toContainEqual({ op: 'bind', source: '/usr/bin/node', path: 'usr/bin/node' });
    expect(planRefresh(plan)).toEqual([]);
  });
});
