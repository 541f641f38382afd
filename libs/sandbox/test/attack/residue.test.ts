import { readFileSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Sandbox } from '@sandlot/engine';
import { payloadPath } from '@sandlot/testing';
import { describe, expect, it } from 'vitest';
import { createSandbox } from '../../src/index.js';
import { childrenOf, countResidue, findProcesses } from '../support/count-residue.js';
import { runInCell, type CellRun } from '../support/run-in-cell.js';
import { waitUntil } from '../support/wait-until.js';

/** How many jobs run. More by hand: `SANDLOT_RESIDUE_JOBS=2000`. */
const JOBS = Number(process.env['SANDLOT_RESIDUE_JOBS'] ?? 300);
/** Jobs before the count begins: caches, pools and the garbage collector have settled then. */
const WARM_UP = 60;
const SLOTS = 4;
const MiB = 1024 * 1024;
/** What the worker may have grown by: V8 keeps a few MiB of what is garbage. Measured: 14 to 30 MiB in 2,000 jobs. */
const GROWTH_BYTES = 48 * MiB;
/** Other tests make IPC objects and mounts of the host too, for a moment. */
const SETTLE_MS = 10_000;
const MARKER = `61${process.pid}`;

/** Ways of a job to end, and things to leave behind. */
const KINDS: readonly (Omit<CellRun, 'files'> & {
  readonly ends: readonly string[];
  readonly abort?: true;
})[] = [
  { argv: ['./payload', 'true'], ends: ['exited'] },
  { argv: ['./payload', 'exit', '3'], ends: ['exited'] },
  { argv: ['./payload', 'kill-self', 'SEGV'], ends: ['signaled'] },
  { argv: ['./payload', 'kill-self', 'KILL'], ends: ['signaled'] },
  { argv: ['./payload', 'double-fork-setsid'], ends: ['exited'] },
  { argv: ['./payload', 'hold-stdout'], ends: ['exited'] },
  { argv: ['./payload', 'traced-end'], ends: ['timed-out', 'exited'], limits: { wallTimeMs: 100 } },
  { argv: ['./payload', 'ignore-sigterm'], ends: ['timed-out'], limits: { wallTimeMs: 60 } },
  { argv: ['./payload', 'busy-children', '3'], ends: ['timed-out'], limits: { wallTimeMs: 60 } },
  { argv: ['./payload', 'fork-storm'], ends: ['timed-out', 'exited'], limits: { wallTimeMs: 60, pids: 20 } },
  { argv: ['./payload', 'flood-stdout'], ends: ['output-exceeded'], limits: { outputBytes: 10_000 } },
  {
    argv: ['./payload', 'memory-children', '6', String(8 * MiB), '5000'],
    ends: ['memory-exceeded'],
    limits: { memoryBytes: 24 * MiB },
  },
  { argv: ['./payload', 'sysv-fill', String(MiB)], ends: ['exited'] },
  {
    argv: ['./payload', 'fill-disk', '/dev/shm'],
    ends: ['exited', 'signaled'],
    limits: { diskBytes: 4 * MiB },
  },
  { argv: ['./payload', 'symlink-escape'], ends: ['exited'] },
  { argv: ['./payload', 'connect-loopback', '9'], ends: ['exited'] },
  { argv: ['/nowhere'], ends: ['exec-failed'] },
  { argv: ['sh', '-c', `setsid sleep 600 ${MARKER} & touch /tmp/x /dev/shm/x; exit 4`], ends: ['exited'] },
  {
    argv: ['sh', '-c', `mkdir -p a/b/c; chmod 0 a/b; sleep 600 ${MARKER}`],
    ends: ['cancelled'],
    abort: true,
  },
  { argv: ['./payload', 'true'], ends: ['exited'], seccomp: 'strict' },
  { argv: ['sh', '-c', 'chroot / true; exit 0'], ends: ['exited'], explain: true },
];

describe('after hundreds of jobs of every kind', () => {
  it(`nothing is left: ${JOBS} jobs in ${SLOTS} slots`, async () => {
    const atFirst = { ...countResidue(), children: childrenOf(process.pid).length };
    const sandbox = await createSandbox({ slots: SLOTS });
    await runMany(sandbox, WARM_UP);
    const before = await settled();
    await runMany(sandbox, JOBS);
    await waitUntil('no process of theirs is left', () => findProcesses(MARKER).length === 0);
    const after = await settled(before);
    expect({ ...after, memoryBytes: 0 }).toEqual({ ...before, memoryBytes: 0 });
    const growth = after.memoryBytes - before.memoryBytes;
    process.stderr.write(`${JOBS} jobs: the worker grew by ${(growth / MiB).toFixed(1)} MiB\n`);
    expect(growth).toBeLessThan(GROWTH_BYTES);
    await sandbox.close();
    const isAsAtFirst = () =>
      JSON.stringify({ ...countResidue(), children: childrenOf(process.pid).length }) ===
      JSON.stringify(atFirst);
    await waitUntil('nothing of the sandbox is left', isAsAtFirst);
  }, 1_200_000);
});

/** Runs jobs of all kinds in turn, as many at once as there are slots and some that wait. */
async function runMany(sandbox: Sandbox, count: number): Promise<void> {
  const files = [{ path: 'payload', mode: '0755', content: readFileSync(await payloadPath()) }];
  let next = 0;
  const workers = Array.from({ length: SLOTS + 2 }, async () => {
    while (next < count) {
      const kind = KINDS[next++ % KINDS.length]!;
      const controller = new AbortController();
      const { outcome } = await runInCell(sandbox, {
        ...kind,
        files,
        signal: controller.signal,
        onStarted: () => kind.abort && controller.abort(),
      });
      expect(kind.ends, kind.argv.join(' ')).toContain(outcome.kind);
    }
  });
  await Promise.all(workers);
}

/** What there is once all that ends has ended: for other processes of the host this takes until it is as `before`. */
async function settled(before?: Existing): Promise<Existing> {
  const deadline = performance.now() + (before === undefined ? 0 : SETTLE_MS);
  for (;;) {
    await delay(300);
    globalThis.gc?.();
    const now = existing();
    const isSame =
      JSON.stringify({ ...now, memoryBytes: 0 }) === JSON.stringify({ ...before, memoryBytes: 0 });
    if (isSame || performance.now() > deadline) return now;
  }
}

type Existing = ReturnType<typeof existing>;

/** What this process and its host have. */
function existing() {
  return {
    ...countResidue(),
    children: childrenOf(process.pid).length,
    // Of the slots themselves: their init and nothing else.
    slots: childrenOf(process.pid).map((pid) => [descriptorsOf(pid), childrenOf(pid).length]),
    ipc: ['shm', 'sem', 'msg'].map(
      (kind) => readFileSync(`/proc/sysvipc/${kind}`, 'utf8').split('\n').length,
    ),
    shared: readdirSync('/dev/shm').toSorted(),
    temporary: readdirSync(tmpdir()).filter(isOurs).toSorted(),
    cgroup: cgroupsBelow(),
    memoryBytes: process.memoryUsage().rss,
  };
}

/** -1 where the host does not tell: init is not dumpable, which a worker that is not root feels too. */
function descriptorsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return -1;
  }
}

function isOurs(name: string): boolean {
  const path = `${tmpdir()}/${name}`;
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && stats.uid === process.geteuid?.() && /^sandlot-\d/.test(name);
}

/** Directories below our own cgroup, where we have one of version 2. */
function cgroupsBelow(): number {
  const own = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? '/';
  try {
    return readdirSync(`/sys/fs/cgroup${own}`, { withFileTypes: true }).filter((entry) => entry.isDirectory())
      .length;
  } catch {
    return 0;
  }
}
