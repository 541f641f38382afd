import { closeSync, openSync } from 'node:fs';
import { DEFAULT_LIMITS } from '@sandlot/contract';
import { planJob, WORK_DIRECTORY } from '@sandlot/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeRunRequest } from '../../src/cell/run-request.js';
import { BodyWriter } from '../../src/native/body-writer.js';
import { createInitImage, createSocketPair } from '../../src/native/library.js';
import { REPORT, REQUEST, STEP } from '../../src/native/protocol.js';
import { readHostTree } from '../../src/rootfs/host-tree.js';
import { planSlot } from '../../src/rootfs/plan-slot.js';
import { CompiledProfiles } from '../../src/seccomp/compiled-profiles.js';
import { hostIdentity, workerIdentity } from '../../src/slot/host-identity.js';
import { Slot } from '../../src/slot/slot.js';
import { answer, frame, send } from '../support/raw-init.js';

/** What a payload leaves in the work directory before more files come, and the file that would then be led astray. */
const TRAPS = [
  ['a link to a directory', 'ln -s /tmp a', 'a/file'],
  ['a link out of the work directory', 'ln -s / a', 'a/etc/file'],
  ['a link in the place of the file', 'ln -s /tmp/target file', 'file'],
  ['a dangling link deeper down', 'mkdir d; ln -s ../../dev/shm d/e', 'd/e/file'],
  ['a link by way of /proc', 'ln -s /proc/self/cwd a', 'a/file'],
  ['a FIFO, which would block', 'mkfifo file', 'file'],
  ['a path above the work directory', ':', '../file'],
  ['an absolute path', ':', '/tmp/file'],
] as const;

/**
 * Copying files in: judges that did this from outside followed links of the payload (CVE-2024-28185, CVE-2024-28189,
 * CVE-2024-29021). The product puts files before the first step only; init is asked here to do it after one.
 */
describe('files put after a payload are not led astray by', () => {
  let image: number;
  let devNull: number;
  let slot: Slot;
  beforeAll(async () => {
    image = createInitImage();
    devNull = openSync('/dev/null', 'r+');
    const plan = planSlot(readHostTree());
    slot = await Slot.start({
      image,
      plan,
      identity: hostIdentity(0, workerIdentity()),
      cgroup: undefined,
    });
  });
  afterAll(async () => {
    await slot.close();
    closeSync(image);
    closeSync(devNull);
  });

  it.each(TRAPS)('%s', async (_name, script, path) => {
    const [ours, theirs] = createSocketPair();
    const gone = slot.openCell(theirs, DEFAULT_LIMITS, undefined);
    closeSync(theirs);
    send(ours, { bytes: frame(REQUEST.runStep, shellStep(script)), fds: 3 }, devNull);
    let report = await answer(ours);
    while (report !== 'end' && report.kind !== REPORT.ended) report = await answer(ours);
    expect(report).toMatchObject({ status: 0 });
    send(ours, { bytes: frame(REQUEST.putFiles, oneFile(path)), fds: 0 }, devNull);
    expect(await answer(ours)).toMatchObject({ kind: REPORT.failed, error: { step: STEP.putFile } });
    expect(await answer(ours)).toBe('end');
    closeSync(ours);
    await gone;
  });
});

function oneFile(path: string): Buffer {
  const files = new BodyWriter();
  files.list([path], () => files.string(path).u32(0o644).bytes(Buffer.from('led astray')));
  return files.finish();
}

function shellStep(script: string): Buffer {
  const argv = ['/bin/sh', '-c', script];
  const { steps } = planJob({
    env: {},
    explain: false,
    limits: DEFAULT_LIMITS,
    files: [],
    steps: [{ name: 'run', argv, env: {}, stdin: new Uint8Array(), limits: DEFAULT_LIMITS }],
  });
  return encodeRunRequest(steps[0]!, {
    controllers: new Set(),
    directory: WORK_DIRECTORY,
    profile: new CompiledProfiles().get('default'),
  });
}
