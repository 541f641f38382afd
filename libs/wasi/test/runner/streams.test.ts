import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { requireWasmCompiler } from '@sandlot/testing';
import { describe, expect, it } from 'vitest';
import { cProgram, readChecks } from '../support/c-program.js';
import { ENGINES, runGuest, startGuest } from '../support/run-guest.js';

const MEBIBYTE = 1024 * 1024;

/** Every byte there is, in no order that text has. */
function noise(length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 167 + (i >> 8)) & 255));
}

/** The pattern that the program `streams` floods with. */
function floodPattern(): Buffer {
  return Buffer.from(Uint8Array.from({ length: 16 * MEBIBYTE }, (_, i) => (i * 31 + (i >> 16)) & 255));
}

describe.runIf(requireWasmCompiler())('standard streams', () => {
  describe.each(ENGINES)('with engine %s', (engine) => {
    it.each([
      ['empty', 0, 'copy'],
      ['of one byte', 1, 'copy'],
      ['of 1 MiB', MEBIBYTE, 'copy'],
      ['of 100 KiB, in pieces of 100 bytes', 100 * 1024, 'copy-slowly'],
    ])('bring input %s through, whatever its bytes', async (_what, length, verb) => {
      const stdin = noise(length);
      const args = ['streams', verb];
      const { stdout, stderr, record } = await runGuest(await cProgram('streams'), { engine, args, stdin });
      expect(record).toEqual({ kind: 'exited', exitCode: 0 });
      expect(stdout.equals(stdin)).toBe(true);
      expect(stderr.toString()).toBe(`${length}\n`);
    });

    it('bring 16 MiB from one call to a reader that is slow', async () => {
      const guest = await startGuest(await cProgram('streams'), { engine, args: ['streams', 'flood'] });
      guest.stdin.end();
      const chunks: Buffer[] = [];
      for await (const chunk of guest.stdout) {
        chunks.push(chunk as Buffer);
        if (chunks.length % 64 === 0) {
          await wait(5);
        }
      }
      expect((await guest.result).record).toEqual({ kind: 'exited', exitCode: 0 });
      expect(Buffer.concat(chunks).equals(floodPattern())).toBe(true);
    });

    it('bring small writes through one by one', async () => {
      const { stdout } = await runGuest(await cProgram('streams'), {
        engine,
        args: ['streams', 'small-writes'],
      });
      expect(stdout).toHaveLength(2000 * 128);
    });

    it('show output before the guest ends', async () => {
      const guest = await startGuest(await cProgram('streams'), {
        engine,
        args: ['streams', 'hello-then-wait'],
      });
      const [chunk] = (await once(guest.stdout, 'data')) as [Buffer];
      expect(chunk.toString()).toBe('hello\n');
      expect(guest.process.exitCode).toBeNull();
      guest.stdin.end();
      expect((await guest.result).record).toEqual({ kind: 'exited', exitCode: 0 });
    });

    it('tell the guest that its reader is gone', async () => {
      const guest = await startGuest(await cProgram('streams'), { engine, args: ['streams', 'broken-pipe'] });
      guest.stdout.once('data', () => guest.stdout.destroy());
      expect((await buffer(guest.stderr)).toString()).toBe('1\n');
      expect((await guest.result).record).toEqual({ kind: 'exited', exitCode: 0 });
    });

    it('can be closed, which their reader sees', async () => {
      const guest = await startGuest(await cProgram('streams'), {
        engine,
        args: ['streams', 'close-stdout'],
      });
      guest.stdout.resume();
      await once(guest.stdout, 'end');
      expect(guest.process.exitCode).toBeNull();
      guest.stdin.end();
      expect((await guest.result).record).toEqual({ kind: 'exited', exitCode: 0 });
    });

    it.each([
      ['take several buffers in one call', 'vectors', 'abcdefg'],
      ['are streams, and nothing else is open', 'nature', ''],
    ])('%s', async (_what, verb, stdin) => {
      const args = ['streams', verb];
      const { stdout, record } = await runGuest(await cProgram('streams'), { engine, args, stdin });
      const { passed, failed } = readChecks(stdout);
      expect(failed).toEqual([]);
      expect(passed).not.toEqual([]);
      expect(record).toEqual({ kind: 'exited', exitCode: 0 });
    });
  });
});
