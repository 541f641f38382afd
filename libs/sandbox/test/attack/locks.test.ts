import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requireFeature } from '@sandlot/testing';
import type { Sandbox } from '@sandlot/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProbes } from '../../src/doctor/run-probes.js';
import { createSandbox } from '../../src/index.js';
import { hostIdentity, workerIdentity } from '../../src/slot/host-identity.js';
import { showDirectory } from '../support/one-slot.js';
import { runInCell } from '../support/run-in-cell.js';
import { waitUntil } from '../support/wait-until.js';

/** Python that locks a file in every way there is for who may only read it, or says in which ways others have. */
const LOCKS = `
import fcntl, os, struct, sys, time
def lock(kind): return struct.pack('hhqqi', kind, 0, 0, 0, 0)
def kind(answer): return struct.unpack('hhqqi', answer)[0]
verb, path = sys.argv[1:]
file, other = os.open(path, os.O_RDONLY), os.open(path, os.O_RDONLY)
if verb == 'hold':
  fcntl.flock(file, fcntl.LOCK_EX)
  fcntl.fcntl(file, fcntl.F_SETLK, lock(fcntl.F_RDLCK))
  fcntl.fcntl(other, fcntl.F_OFD_SETLK, lock(fcntl.F_RDLCK))
  print('held', flush=True)
  time.sleep(60)
held = []
try: fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError: held.append('flock')
for name in ('F_GETLK', 'F_OFD_GETLK'):
  if kind(fcntl.fcntl(file, getattr(fcntl, name), lock(fcntl.F_WRLCK))) != fcntl.F_UNLCK: held.append(name)
print(*held or ['free'])
`;
const HELD = 'flock F_GETLK F_OFD_GETLK\n';

const command = (verb: string, path: string) => ['python3', '-c', LOCKS, verb, path];

const verdicts = await runProbes({
  identity: hostIdentity(0, workerIdentity()),
  names: ['overlay'],
});
const HAS_OVERLAY = requireFeature({
  feature: 'an overlay of /usr',
  remedy: 'see `sandlot doctor`',
  isPresent: verdicts.get('overlay')?.failure === undefined,
});

/** Runs `look` while a job holds every lock on a file. */
async function whileHeld<T>(sandbox: Sandbox, path: string, look: () => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let output = '';
  const holder = runInCell(sandbox, {
    argv: command('hold', path),
    signal: controller.signal,
    onOutput: (chunk) => void (output += chunk),
  });
  try {
    await waitUntil('the locks are held', () => output === 'held\n');
    return await look();
  } finally {
    controller.abort();
    await holder;
  }
}

/** What the host notices of locks on a file. */
async function lookOutside(path: string): Promise<string> {
  const [program = '', ...args] = command('look', path);
  return (await promisify(execFile)(program, args)).stdout;
}

describe('a lock that a payload takes', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await createSandbox({ slots: 2 });
  });
  afterAll(async () => await sandbox.close());
  const lookBeside = async (path: string) =>
    (await runInCell(sandbox, { argv: command('look', path) })).stdout;
  const lookBoth = async (path: string) =>
    await whileHeld(sandbox, path, async () => [await lookOutside(path), await lookBeside(path)]);

  it.runIf(HAS_OVERLAY)('on a program of the host is nobody else’s', async () => {
    expect(await lookBoth('/usr/bin/env')).toEqual(['free\n', 'free\n']);
  });

  it('on a file of /etc is nobody else’s', async () => {
    expect(await lookBoth('/etc/ld.so.cache')).toEqual(['free\n', 'free\n']);
  });

  it('on a device is everybody’s, as SECURITY.md says', async () => {
    expect(await lookBoth('/dev/full')).toEqual([HELD, HELD]);
  });

  it('is there for other processes of its own job', async () => {
    const script = `
import os, subprocess, sys, time
hold = subprocess.Popen(['python3', '-c', sys.argv[1], 'hold', '/usr/bin/env'], stdout=subprocess.PIPE)
hold.stdout.readline()
subprocess.run(['python3', '-c', sys.argv[1], 'look', '/usr/bin/env'])
hold.kill()`;
    const { stdout } = await runInCell(sandbox, { argv: ['python3', '-c', script, LOCKS] });
    expect(stdout).toBe(HELD);
  });
});

describe('the same lock where inodes are shared', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'sandlot-locks-'));
    chmodSync(directory, 0o755);
    for (const name of ['own', 'a,b']) {
      mkdirSync(join(directory, name), { mode: 0o755 });
      writeFileSync(join(directory, name, 'file'), '', { mode: 0o644 });
    }
  });
  afterAll(() => rmSync(directory, { recursive: true }));
  const heldOutside = async (name: string) => {
    const sandbox = await showDirectory(join(directory, name));
    try {
      return await whileHeld(
        sandbox,
        '/shown/file',
        async () => await lookOutside(join(directory, name, 'file')),
      );
    } finally {
      await sandbox.close();
    }
  };

  it('is seen outside, if the directory is bound since no overlay can be made', async () => {
    expect(await heldOutside('a,b')).toBe(HELD);
  });

  it.runIf(HAS_OVERLAY)('is not seen if it is like any other', async () => {
    expect(await heldOutside('own')).toBe('free\n');
  });
});
