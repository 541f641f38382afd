import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Counts SIGTERMs, and ends with the count as exit code a while after the first. */
const PROGRAM = `
  let signals = 0;
  process.on('SIGTERM', () => { if (++signals === 1) setTimeout(() => process.exit(signals), 400); });
  if (process.argv[2] === 'end') process.exit(7);
  if (process.argv[2] === 'abort') process.kill(process.pid, 'SIGKILL');
  setInterval(() => {}, 1000);
  console.log('ready');
`;

/** @type {string} */
let directory;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sandlot-run-'));
  writeFileSync(join(directory, 'program.mjs'), PROGRAM);
  const module = JSON.stringify(new URL('run-in-place.mjs', import.meta.url).href);
  const call = `runInPlace(${JSON.stringify(join(directory, 'program.mjs'))}, process.argv.slice(2));`;
  writeFileSync(join(directory, 'caller.mjs'), `import { runInPlace } from ${module};\n${call}\n`);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** @param {readonly string[]} args of the program */
function start(...args) {
  const caller = spawn(process.execPath, [join(directory, 'caller.mjs'), ...args]);
  return { caller, ended: once(caller, 'exit') };
}

describe('runInPlace', () => {
  it('ends with the exit code of the program', async () => {
    expect(await start('end').ended).toEqual([7, null]);
  });

  it('ends by the signal that ended the program', async () => {
    expect(await start('abort').ended).toEqual([null, 'SIGKILL']);
  });

  it('passes a signal on, and the same one right after it only once', async () => {
    const { caller, ended } = start();
    await once(caller.stdout, 'data');
    caller.kill('SIGTERM');
    // Signals sent at once become one in the kernel; this is about two that arrive.
    await new Promise((resolve) => setTimeout(resolve, 50));
    caller.kill('SIGTERM');
    expect(await ended).toEqual([1, null]);
  });
});
