import { describeError } from './error/describe-error.js';
import { CommandError } from './error/command-error.js';
import { EXIT_SANDLOT_FAILED } from './outcome/exit-code.js';
import { CommandExit, buildProgram } from './program.js';
import { writeOut } from './terminal/write-out.js';
import { readVersion } from './version.js';

/** The entry of the `sandlot` command: runs it, words what failed, ends with its exit code. */
async function main(): Promise<number> {
  try {
    await buildProgram(readVersion()).parseAsync();
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommandExit) return error.exitCode;
    process.stderr.write(`${describeError(error)}\n`);
    return error instanceof CommandError ? error.exitCode : EXIT_SANDLOT_FAILED;
  }
}

// A reader that left early (sandlot --help | head -1) is no failure; without a listener it would end the process.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const exitCode = await main();
// Whatever is still open (a stdin nobody reads to its end) must not keep the command alive; whatever was
// written must get out first.
await Promise.allSettled([writeOut(process.stdout, ''), writeOut(process.stderr, '')]);
process.exit(exitCode);
