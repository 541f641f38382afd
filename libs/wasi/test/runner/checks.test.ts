import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireWasmCompiler } from '@sandlot/testing';
import { describe, expect, it } from 'vitest';
import { cProgram, readChecks } from '../support/c-program.js';
import { ENGINES, runGuest, startGuest, type GuestOptions } from '../support/run-guest.js';
import { asRoot, removeBoxesAfterEach, scratchBox } from '../support/scratch-box.js';

removeBoxesAfterEach();

/** Runs a program of checks to its end and expects every one of them to hold. */
async function expectChecks(name: string, options: GuestOptions): Promise<void> {
  const { stdout, record } = await runGuest(await cProgram(name), options);
  const { passed, failed } = readChecks(stdout);
  expect(failed).toEqual([]);
  expect(record).toEqual({ kind: 'exited', exitCode: 0 });
  expect(passed).not.toEqual([]);
}

describe.runIf(requireWasmCompiler())('the interface', () => {
  describe.each(ENGINES)('with engine %s', (engine) => {
    it('has regular files as POSIX has them', async () => {
      await expectChecks('files', { engine, preopens: asRoot(scratchBox()) });
    });

    it('has directories with dots, types and inodes', async () => {
      await expectChecks('directories', { engine, preopens: asRoot(scratchBox()) });
    });

    it('has links, none of which leads out of the directory that was given', async () => {
      const box = scratchBox();
      const root = join(box, 'root');
      mkdirSync(root);
      writeFileSync(join(box, 'secret'), 'secret');
      await expectChecks('links', { engine, preopens: asRoot(root) });
      expect(readdirSync(box).toSorted()).toEqual(['root', 'secret']);
      expect(readFileSync(join(box, 'secret'), 'utf8')).toBe('secret');
    });

    it('has descriptors with numbers, flags and rights, and refuses addresses that are none', async () => {
      const options = { engine, preopens: asRoot(scratchBox()) };
      await expectChecks('descriptors', options);
    });

    it('lets nothing change in a read-only directory, by whatever way it is reached', async () => {
      const box = scratchBox();
      mkdirSync(join(box, 'in/sub/empty'), { recursive: true });
      writeFileSync(join(box, 'in/file'), 'content');
      writeFileSync(join(box, 'in/sub/file'), 'content');
      const preopens = [...asRoot(box), { guest: '/in', host: join(box, 'in'), readOnly: true }];
      await expectChecks('read-only', { engine, preopens });
      expect(readdirSync(join(box, 'in')).toSorted()).toEqual(['file', 'sub']);
      expect(existsSync(join(box, 'stolen'))).toBe(false);
    });

    it.each([
      ['before', 7],
      ['after', 8],
    ])(
      'keeps a read-only directory in its place and as it is, its writable twin given %s it',
      async (_, own) => {
        const box = scratchBox();
        for (const folder of ['a/b', 'a/b/inner', 'other', 'twice']) {
          mkdirSync(join(box, folder), { recursive: true });
          writeFileSync(join(box, folder, 'file'), 'content');
        }
        const preopens = [
          ...asRoot(box),
          { guest: '/ro', host: join(box, 'a/b'), readOnly: true },
          { guest: '/inner', host: join(box, 'a/b/inner'), readOnly: false },
          { guest: '/other', host: join(box, 'other'), readOnly: false },
          ...[7, 8].map((fd) => ({ guest: `/twin-${fd}`, host: join(box, 'twice'), readOnly: fd !== own })),
        ];
        await expectChecks('mounts', { engine, args: ['mounts', String(own)], preopens });
        expect(readFileSync(join(box, 'a/b/file'), 'utf8')).toBe('content');
        expect(readdirSync(join(box, 'a/b'))).toEqual(['file', 'inner']);
      },
    );

    it('refuses lists of more than 1,024 buffers and 4,096 subscriptions, however many there are', async () => {
      await expectChecks('long-lists', { engine, preopens: asRoot(scratchBox()) });
    });

    it('has clocks that tell the time and do not go back', async () => {
      const program = await cProgram('clocks');
      const before = BigInt(Date.now()) * 1_000_000n;
      const { stdout } = await runGuest(program, { engine, args: ['clocks', 'clocks'] });
      const after = BigInt(Date.now() + 1) * 1_000_000n;
      const { passed, failed } = readChecks(stdout);
      expect(passed).toHaveLength(16);
      expect(failed).toHaveLength(1);
      const time = BigInt(failed[0]!.replace('time ', ''));
      expect(time >= before && time <= after).toBe(true);
    });

    it('sleeps for a while and until a time, without the processor', async () => {
      await expectChecks('clocks', { engine, args: ['clocks', 'sleeping'] });
    });

    it('waits for streams and times together', async () => {
      const preopens = asRoot(scratchBox());
      const guest = await startGuest(await cProgram('clocks'), {
        engine,
        args: ['clocks', 'polling'],
        preopens,
      });
      guest.stdin.write('abc');
      guest.stderr.once('data', () => {
        setTimeout(() => guest.stdin.write('d'));
        setTimeout(() => guest.stdin.end());
      });
      const chunks: Buffer[] = [];
      guest.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
      expect((await guest.result).record).toEqual({ kind: 'exited', exitCode: 0 });
      const { passed, failed } = readChecks(Buffer.concat(chunks));
      expect(failed).toEqual([]);
      expect(passed).toHaveLength(20);
    });

    it('keeps the nanoseconds of file times', async () => {
      const options = { engine, args: ['clocks', 'file-times', '0'], preopens: asRoot(scratchBox()) };
      await expectChecks('clocks', options);
    });

    it("keeps all but the last microsecond of file times without koffi's module", async () => {
      const preopens = asRoot(scratchBox());
      const options = { engine, args: ['clocks', 'file-times', '1000'], preopens, withoutAddon: true };
      await expectChecks('clocks', options);
    });

    it('runs programs for wasi_unstable, whose structures are others', async () => {
      const box = scratchBox();
      writeFileSync(join(box, 'file'), '0123456789');
      const program = await cProgram('unstable', ['-nostdlib', '-Wl,--export=_start']);
      const options = { engine, args: ['first', 'another'], preopens: asRoot(box) };
      const { record, stdout } = await runGuest(program, options);
      expect(record).toEqual({ kind: 'exited', exitCode: 0 });
      expect(stdout.toString()).toBe('old\n');
    });
  });
});
