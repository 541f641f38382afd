import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Limits } from '@sandlot/contract';
import { describe, expect, it } from 'vitest';
import { hostIdentity, workerIdentity } from '../../src/slot/host-identity.js';
import { identifyWorker } from '../../src/slot/identify-worker.js';
import { EPOLL_WATCHES } from '../support/epoll-watches.js';
import { hasOtherUids } from '../support/subordinate-ids.js';

const WORKER = new URL('../support/crowded-worker.ts', import.meta.url).pathname;

/** Small enough for a payload to reach: some hosts give no more. */
const WORKER_DESCRIPTORS = 1024;

/** More than a host with 24 GiB allows. */
const MANY_WATCHES = 6_000_000;

/** A worker of a plain user may share its uid with payloads, and with that what the kernel counts by uid. */
describe('a payload does not use up what its worker needs', () => {
  it.each([
    [
      'descriptors in flight',
      `
import array, socket, time
pairs, sent = [], 0
try:
  while True:
    pairs.append(socket.socketpair())
    pairs[-1][0].setblocking(False)
    try:
      while True:
        pairs[-1][0].sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [0] * 250))])
        sent += 250
    except BlockingIOError: pass
except OSError: print('full' if sent > 250 else 'empty', flush=True)
time.sleep(60)`,
    ],
    [
      'pipe buffers',
      `
import os, time
pipes = []
try:
  while True:
    pipes.append(os.pipe())
    os.set_blocking(pipes[-1][1], False)
    os.write(pipes[-1][1], bytes(65536))
except OSError: print('full' if len(pipes) > 100 else 'empty', flush=True)
time.sleep(60)`,
    ],
    [
      'pending signals',
      `
import ctypes, time
libc, timer, made = ctypes.CDLL(None), ctypes.c_void_p(), 0
while libc.timer_create(1, None, ctypes.byref(timer)) == 0: made += 1
print('full' if made > 100 else 'empty', flush=True)
time.sleep(60)`,
    ],
  ])(
    '%s',
    async (_name, script) => {
      expect(await crowd(WORKER_DESCRIPTORS, script)).toBe('full\nfine\n');
    },
    60_000,
  );
});

/** They take 200 bytes each, and a host allows the more of them the more memory it has. */
const watches = Number(readFileSync('/proc/sys/fs/epoll/max_user_watches', 'utf8'));

const useUp = () => {
  it('epoll watches', async () => {
    const limits = { openFiles: 2048, wallTimeMs: 110_000, cpuTimeMs: 110_000, memoryBytes: 2 ** 31 };
    expect(await crowd(4096, EPOLL_WATCHES, limits)).toBe('full\nfine\n');
  }, 120_000);
};

/** Where that would take too long. In the lab, whose guest has little memory, test/lab uses them up. */
const compare = () => {
  it('whose uid is another', async () => {
    const { uid } = hostIdentity(0, await identifyWorker('auto'));
    expect(uid).not.toBe(workerIdentity().uid);
  });
};

/** What no limit of a process bounds, and the kernel counts by host uid alone. */
describe.runIf(hasOtherUids)(
  'a payload has nothing to do with the count of its worker',
  watches <= MANY_WATCHES ? useUp : compare,
);

/** Runs the worker with so many descriptors: what it prints. */
async function crowd(descriptors: number, script: string, limits: Partial<Limits> = {}): Promise<string> {
  const { stdout } = await promisify(execFile)('prlimit', [
    `--nofile=${descriptors}:${descriptors}`,
    ...[process.execPath, '--conditions=development', '--import', 'tsx', WORKER],
    ...[script, JSON.stringify(limits)],
  ]);
  return stdout;
}
