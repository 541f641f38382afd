import type { RequestedLimits } from '@sandlot/contract';
import type { OutcomeText, VerbEnd, VerbRow } from './verb-row.js';

const MiB = 1 << 20;
/** More than the memory of any row. */
const MUCH = 96 * MiB;
/** Longer than it takes to be noticed, for what goes with its process. */
const HOLD = 8_000;

/** Beyond what a clock may be late on a busy machine. */
const LATE_MS = 1_500;

/** Every attempt, and how each tier must meet it. */
export const VERB_TABLE: readonly VerbRow[] = [
  // Waiting.
  ...['sleep 60000', 'pause', 'select-forever', 'stop-self', 'ignore-sigterm', 'heartbeat 10'].map((verb) =>
    same(verb, { wallTimeMs: 300 }, 'timed-out wall', { usage: { wallMs: [300, 300 + LATE_MS] } }),
  ),
  ...['sleep 60000', 'pause', 'select-forever', 'stop-self', 'ignore-sigterm'].map((verb) =>
    same(verb, { idleTimeMs: 300 }, 'timed-out idle', { usage: { wallMs: [300, 600 + LATE_MS] } }),
  ),
  same('heartbeat 2000', { idleTimeMs: 300, wallTimeMs: 1_500 }, 'timed-out wall'),
  same('chatter 100 10', { idleTimeMs: 500 }, 'exited 0', { stdout: /^x{10}$/ }),
  same('chatter 1000 3', { idleTimeMs: 300 }, 'timed-out idle', { stdout: /^x$/ }),
  same('stop-and-continue 300', { idleTimeMs: 2_000 }, 'exited 0', { stdout: /^continued\n$/ }),
  same('double-fork-setsid', {}, 'exited 0', { stdout: /^daemon \d+\n$/ }),
  same('traced-end', { wallTimeMs: 300 }, 'timed-out wall', { usage: { wallMs: [300, 300 + LATE_MS] } }),
  same('hold-stdout', {}, 'exited 0', { stdout: /^daemon \d+\n$/ }),

  // CPU time.
  ...['busy-loop', 'busy-threads 4', 'busy-children 4', 'burn-children 4 60000'].map((verb) =>
    same(verb, { cpuTimeMs: 400 }, 'timed-out cpu', { usage: { cpuMs: [380, 800] } }),
  ),
  // That of children which the kernel itself reaps is lost to who only looks now and then, but not all of it.
  same('burn-unreaped 12000', { cpuTimeMs: 500 }, 'timed-out cpu'),
  same('burn-children 4 100', { cpuTimeMs: 2_000 }, 'exited 0', { usage: { cpuMs: [390, 600] } }),

  // Output.
  same('flood-stdout', { outputBytes: 10_000 }, 'output-exceeded stdout', { stdout: /^x{10000}$/ }),
  same('flood-stderr', { outputBytes: 10_000 }, 'output-exceeded stderr'),
  same('fill-stdout 10000', { outputBytes: 10_000 }, 'exited 0', {
    usage: { outputBytes: [10_000, 10_000] },
  }),

  // Memory of one process, where an rlimit makes its allocation fail.
  {
    verb: `memory-hog ${MUCH}`,
    limits: {},
    expected: {
      T0: { outcome: 'memory-exceeded' },
      T1: { outcome: 'exited 0', stdout: /^touched \d+ ENOMEM\n$/ },
    },
  },
  // Memory that no rlimit counts.
  ...[
    `shared-map ${MUCH} ${HOLD}`,
    `memory-children 12 ${8 * MiB} ${HOLD}`,
    `memfd-fill ${MUCH} ${HOLD}`,
    `memfd-map ${MUCH} ${HOLD}`,
    `sysv-fill ${MUCH} ${HOLD}`,
    `semaphores 50 ${HOLD}`,
    `message-queues 4000 ${HOLD}`,
    `page-tables ${MUCH} ${HOLD}`,
  ].map((verb) => same(verb, {}, 'memory-exceeded')),
  ...[
    `fill-disk /dev/shm; sleep ${HOLD / 1000}`,
    `fill-disk /tmp; sleep ${HOLD / 1000}`,
    `sparse-map /box/sparse ${MUCH} ${HOLD}`,
  ].map((verb) => same(verb, { diskBytes: 2 * MUCH }, 'memory-exceeded')),
  // What only a cgroup counts: buffers of the kernel.
  {
    verb: `pipe-fill ${40 * MiB}`,
    limits: {},
    expected: { T0: { outcome: 'memory-exceeded' }, T1: { outcome: 'exited 0' } },
  },
  // Processes that share pages and end one by one have no more than before.
  same(`shrinking-pool 16 ${40 * MiB} 1`, { memoryBytes: 46 * MiB }, 'exited 0', {
    stdout: /^touched \d+ none\n$/,
  }),
  // A hole is no memory.
  same(`sparse-file /box/sparse ${4 * MUCH}`, {}, 'exited 0', { stdout: /^read \d+ none\n$/ }),
  // Several below the limit together.
  same(`memory-children 4 ${4 * MiB} 500`, { memoryBytes: 48 * MiB }, 'exited 0', {
    stdout: /^touched 16777216 none\n$/,
    usage: { memoryPeakBytes: [16 * MiB, 48 * MiB], processesPeak: [5, 6] },
  }),

  // Processes: a refused fork is no end in itself; it is the reason of a failure after it.
  ...[
    { verb: 'fork-bomb 100 500', stdout: /^forked \d+ EAGAIN\n$/ },
    { verb: 'thread-bomb 100 500', stdout: /^started \d+ EAGAIN\n$/ },
    { verb: 'fork-tree 6', stdout: /^forked \d+ EAGAIN\n$/ },
  ].flatMap(({ verb, stdout }): readonly VerbRow[] => [
    {
      verb,
      limits: {},
      expected: {
        T0: { outcome: 'exited 0', stdout, usage: { forksRefused: [1, 1000], processesPeak: [15, 20] } },
        T1: { outcome: 'exited 0', stdout },
      },
    },
    {
      verb: `${verb}; exit 3`,
      limits: {},
      expected: { T0: { outcome: 'process-limit', stdout }, T1: { outcome: 'exited 3', stdout } },
    },
  ]),
  same('fork-bomb 8', {}, 'exited 0', { stdout: /^forked 8 none\n$/ }),
  same('fork-storm', { wallTimeMs: 1_000 }, 'timed-out wall'),

  // Disk.
  same('fill-disk /box', {}, 'exited 0', {
    stdout: /^wrote \d+ ENOSPC\n$/,
    usage: { diskUsedBytes: [7 * MiB, 8 * MiB] },
  }),
  same('fill-disk /box; kill -SEGV $$', {}, 'signaled SIGSEGV'),
  ...['/box', '/tmp', '/dev/shm'].map((path) => same(`fill-disk ${path}; exit 3`, {}, 'disk-exceeded')),
  same('many-files /box 1000', { inodes: 64 }, 'exited 0', { stdout: /^made \d+ ENOSPC\n$/ }),
  same('many-files /box 1000; exit 3', { inodes: 64 }, 'disk-exceeded'),
  same(`sparse-file /box/sparse ${2 * MiB}`, { fileBytes: MiB }, 'exited 0', { stdout: /^read 0 EFBIG\n$/ }),
];

/** A row that every tier meets alike. */
function same(
  verb: string,
  limits: RequestedLimits,
  outcome: OutcomeText,
  rest: Omit<VerbEnd, 'outcome'> = {},
): VerbRow {
  const end = { outcome, ...rest };
  return { verb, limits, expected: { T0: end, T1: end } };
}
