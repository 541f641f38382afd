import { closeSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { createInitImage } from '../../src/native/library.js';
import type { Operation } from '../../src/rootfs/plan.js';
import { hostIdentity, workerIdentity } from '../../src/slot/host-identity.js';
import { Slot } from '../../src/slot/slot.js';
import { childrenOf } from '../support/count-residue.js';

const NEW_ROOT: Operation = { op: 'newRoot', sizeBytes: 1 << 20, inodes: 64 };
const PIVOT: readonly Operation[] = [NEW_ROOT, { op: 'pivotRoot' }];

/** For each operation, a plan in which it fails, and how the failure reads. */
const FAILURES: readonly (readonly [string, readonly Operation[], string])[] = [
  [
    'newRoot',
    [
      { op: 'newRoot', sizeBytes: 1 << 20, inodes: 1 },
      { op: 'makeDirectory', path: 'a', mode: 0o755 },
    ],
    'make a directory (number 1): ENOSPC',
  ],
  [
    'makeDirectory',
    [NEW_ROOT, { op: 'makeDirectory', path: 'a/b', mode: 0o755 }],
    'make a directory (number 1): ENOENT',
  ],
  [
    'makeSymlink',
    [NEW_ROOT, { op: 'makeSymlink', target: 'x', path: 'a/b' }],
    'make a symbolic link (number 1): ENOENT',
  ],
  [
    'writeFile',
    [NEW_ROOT, { op: 'writeFile', path: 'a/b', mode: 0o644, content: Buffer.alloc(0) }],
    'write a file (number 1): ENOENT',
  ],
  ['bind', [NEW_ROOT, { op: 'bind', source: '/usr', path: 'usr' }], 'bind mount (number 1): ENOENT'],
  [
    'showTree',
    [NEW_ROOT, { op: 'showTree', source: '/usr', path: 'usr' }],
    'show a directory (number 1): ENOENT',
  ],
  [
    'forgetNames',
    [...PIVOT, { op: 'forgetNames', path: 'usr' }],
    'forget names of a shown directory (number 2): ENOENT',
  ],
  [
    'mountTmpfs',
    [NEW_ROOT, { op: 'mountTmpfs', path: 'a', sizeBytes: 4096, inodes: 9, mode: 0o755 }],
    'mount a tmpfs (number 1): ENOENT',
  ],
  ['mountProc', [NEW_ROOT, { op: 'mountProc', path: 'a' }], 'mount proc (number 1): ENOENT'],
  ['pivotRoot', [{ op: 'pivotRoot' }], 'pivot into the new root (number 0)'],
  ['setHostname', [{ op: 'setHostname', name: 'x'.repeat(65) }], 'set the host name (number 0): EINVAL'],
  [
    'setSysctl',
    [...PIVOT, { op: 'setSysctl', path: '/proc/sys/none', value: '0' }],
    'set a sysctl (number 2): ENOENT',
  ],
];

describe('a slot that cannot be built', () => {
  const image = createInitImage();
  afterAll(() => closeSync(image));
  const identity = hostIdentity(0, workerIdentity());

  it.each(FAILURES)('says that %s failed and leaves no process', async (_name, plan, message) => {
    const before = childrenOf(process.pid).length;
    const started = Slot.start({ image, identity, plan, cgroup: undefined });
    await expect(started).rejects.toThrow(message);
    await expect(started).rejects.toMatchObject({ code: 'sandbox-setup-failed' });
    expect(childrenOf(process.pid)).toHaveLength(before);
  });

  it('says that the launch failed: no such init', async () => {
    const started = Slot.start({ image: 9999, identity, plan: [], cgroup: undefined });
    await expect(started).rejects.toThrow('Cannot build a slot: prepare descriptors (number 0): EBADF');
  });

  it('says that a map was refused: no such uid', async () => {
    const nobody = { uid: 0xffff_ffff, gid: 0xffff_ffff };
    const started = Slot.start({ image, identity: nobody, plan: [], cgroup: undefined });
    await expect(started).rejects.toThrow(/write the uid map \(number 0\): E(?:PERM|INVAL|NOENT)/);
  });
});
