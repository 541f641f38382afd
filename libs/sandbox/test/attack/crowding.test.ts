import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const WORKER = new URL('../support/crowded-worker.ts', import.meta.url).pathname;

/** Small enough for a payload to reach: some hosts give no more. */
const WORKER_DESCRIPTORS = 1024;

/** A worker of a plain user shares its uid with payloads, and with that what the kernel counts by uid. */
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
      const { stdout } = await promisify(execFile)('prlimit', [
        `--nofile=${WORKER_DESCRIPTORS}:${WORKER_DESCRIPTORS}`,
        ...[process.execPath, '--conditions=development', '--import', 'tsx', WORKER, script],
      ]);
      expect(stdout).toBe('full\nfine\n');
    },
    60_000,
  );
});
