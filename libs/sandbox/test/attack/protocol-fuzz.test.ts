import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { DEFAULT_LIMITS } from '@sandlot/contract';
import { planJob, WORK_DIRECTORY } from '@sandlot/engine';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeRunRequest } from '../../src/cell/run-request.js';
import { BodyWriter } from '../../src/native/body-writer.js';
import { createInitImage, createSocketPair, slotReap } from '../../src/native/library.js';
import { REPORT, REQUEST } from '../../src/native/protocol.js';
import { readHostTree } from '../../src/rootfs/host-tree.js';
import { encodePlan } from '../../src/rootfs/plan.js';
import { planCell } from '../../src/rootfs/plan-cell.js';
import { planSlot } from '../../src/rootfs/plan-slot.js';
import { CompiledProfiles } from '../../src/seccomp/compiled-profiles.js';
import { hostIdentity, workerIdentity } from '../../src/slot/host-identity.js';
import { launchSlot } from '../../src/slot/launch-slot.js';
import { Slot } from '../../src/slot/slot.js';
import { childrenOf, countResidue } from '../support/count-residue.js';
import { answer, frame, PATIENCE_MS, send, type Message } from '../support/raw-init.js';
import { waitUntil } from '../support/wait-until.js';

/** How many sequences of frames each property tries. */
const RUNS = Number(process.env['SANDLOT_FUZZ_RUNS'] ?? 100);
const MAX_FRAMES = 4;

/** Noise; frames of any kind with a body of noise, or with lies about it; and good messages that were damaged. */
function messages(good: readonly Message[]): fc.Arbitrary<Message> {
  const fds = fc.nat(5);
  const noise = fc.record({ bytes: fc.uint8Array({ minLength: 1, maxLength: 64 }), fds });
  const likely = fc.oneof(fc.nat(8), fc.nat(0xffff_ffff));
  const framed = fc
    .record({
      request: likely,
      body: fc.uint8Array({ maxLength: 200 }),
      length: fc.option(likely, { nil: undefined }),
      inFd: fc.nat(1),
      fds,
    })
    .map(({ request, body, length = body.length, inFd, fds: count }) => ({
      bytes: frame(request, body, { length, inFd }),
      fds: count,
    }));
  const change = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
  const damaged = fc
    .record({
      message: fc.constantFrom(...good),
      changes: fc.array(change, { maxLength: 4 }),
      cut: fc.option(fc.nat(40), { nil: 0 }),
      fds: fc.option(fds, { nil: undefined }),
    })
    .map(({ message, changes, cut, fds: count = message.fds }) => ({
      bytes: damage(message.bytes, changes, cut),
      fds: count,
    }));
  return fc.oneof(noise, framed, damaged, damaged);
}

function damage(bytes: Uint8Array, changes: readonly (readonly [number, number])[], cut: number): Uint8Array {
  const copy = Buffer.from(bytes);
  for (const [place, mask] of changes) {
    const at = place % copy.length;
    copy.writeUInt8(copy.readUInt8(at) ^ mask, at);
  }
  return copy.subarray(0, Math.max(1, copy.length - cut));
}

let image: number;
let devNull: number;
const plan = planSlot(readHostTree());
const identity = hostIdentity(0, workerIdentity());
beforeAll(() => {
  image = createInitImage();
  devNull = openSync('/dev/null', 'r+');
});
afterAll(() => {
  closeSync(image);
  closeSync(devNull);
});

/** Whether `promise` is kept while one can wait for it. */
async function inTime(promise: Promise<unknown>): Promise<boolean> {
  const late = new AbortController();
  const isKept = promise.then(() => true);
  const isLate = delay(PATIENCE_MS, false, { signal: late.signal }).catch(() => false);
  return await Promise.race([isKept, isLate]).finally(() => late.abort());
}

describe('init that is sent anything', () => {
  it('of a slot: answers or ends, and its end leaves no process', async () => {
    const before = childrenOf(process.pid);
    const build = { bytes: frame(REQUEST.build, encodePlan(plan.slice(0, 12)).finish()), fds: 0 };
    const open = {
      bytes: frame(REQUEST.openCell, encodePlan(planCell(DEFAULT_LIMITS), new BodyWriter().u32(1)).finish()),
      fds: 1,
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(messages([build, open]), { minLength: 1, maxLength: MAX_FRAMES }),
        async (frames) => {
          const [ours, theirs] = createSocketPair();
          const pidfd = await launchSlot({ image, control: theirs, cgroup: undefined, identity });
          closeSync(theirs);
          for (const message of frames) send(ours, message, devNull);
          // What is no request is refused and ends it.
          send(ours, { bytes: Buffer.from('x'), fds: 0 }, devNull);
          let heard = await answer(ours);
          while (heard !== 'end') heard = await answer(ours);
          closeSync(ours);
          const reaped = new Promise<void>((resolve) => slotReap.async(pidfd, () => resolve()));
          expect(await inTime(reaped)).toBe(true);
          closeSync(pidfd);
        },
      ),
      { numRuns: RUNS },
    );
    expect(childrenOf(process.pid)).toEqual(before);
  }, 300_000);

  it('of a cell: answers or ends, while its slot goes on and nothing is left', async () => {
    const before = { ...countResidue(), children: childrenOf(process.pid) };
    const good = goodCellMessages();
    let slot = await Slot.start({ image, plan, identity, cgroup: undefined });
    let replaced = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(messages(good), { minLength: 1, maxLength: MAX_FRAMES }), async (frames) => {
        if (slot.dead !== undefined) {
          replaced += 1;
          await slot.close();
          slot = await Slot.start({ image, plan, identity, cgroup: undefined });
        }
        const [ours, theirs] = createSocketPair();
        const gone = slot.openCell(theirs, DEFAULT_LIMITS, undefined);
        closeSync(theirs);
        for (const message of [...frames, good[1]!]) send(ours, message, devNull);
        // A good request to run something comes last: if init still takes it, that ends.
        let heard = await answer(ours);
        while (heard !== 'end' && heard.kind !== REPORT.ended) heard = await answer(ours);
        closeSync(ours);
        expect(await inTime(gone)).toBe(true);
      }),
      { numRuns: RUNS },
    );
    expect(replaced).toBe(0);
    await slot.close();
    const after = () => ({ ...countResidue(), children: childrenOf(process.pid) });
    await waitUntil('all is as before', () => JSON.stringify(after()) === JSON.stringify(before));
  }, 300_000);
});

/** Files, a step, its end, a sign of life, and files to be fetched, one of a path longer than any. */
function goodCellMessages(): readonly Message[] {
  const { steps } = planJob({
    env: {},
    explain: false,
    limits: DEFAULT_LIMITS,
    files: [],
    steps: [{ name: 'run', argv: ['true'], env: {}, stdin: new Uint8Array(), limits: DEFAULT_LIMITS }],
  });
  const files = new BodyWriter();
  files.list(['a', 'b/c'], (path) => files.string(path).u32(0o644).bytes(Buffer.from('content')));
  const wanted = new BodyWriter().u64(1000).u64(5000).u32(20).u32(9000).u32(8);
  wanted.strings(['a', 'b', '.', '..', `${'d/'.repeat(3000)}x`]);
  const program = new CompiledProfiles().get('default');
  const run = encodeRunRequest(steps[0]!, {
    controllers: new Set(),
    directory: WORK_DIRECTORY,
    profile: program,
  });
  return [
    { bytes: frame(REQUEST.putFiles, files.finish()), fds: 0 },
    { bytes: frame(REQUEST.runStep, run), fds: 3 },
    { bytes: frame(REQUEST.kill, new Uint8Array()), fds: 0 },
    { bytes: frame(REQUEST.progress, new Uint8Array()), fds: 0 },
    { bytes: frame(REQUEST.getFiles, wanted.finish()), fds: 1 },
  ];
}
