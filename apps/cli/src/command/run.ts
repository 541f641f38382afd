import type { Command } from 'commander';
import { addPayloadOptions, type PayloadOptions } from '../option/payload-options.js';

/** `sandlot run`: one payload in a cell here and now. */
export function addRun(program: Command): void {
  const command = program
    .command('run')
    .summary('run a program in a cell here and now')
    .description(
      'Runs one program in a cell on this machine, without queue or service, and ends as it ended.',
    );
  addPayloadOptions(command, 'file for stdin, - for this command’s own (default: own, unless a terminal)')
    .addHelpText('after', HELP)
    .action(async (argv: string[], options: PayloadOptions) => {
      const { runCommand } = await import('../run/run-command.js');
      process.exitCode = await runCommand(argv, options);
    });
}

const HELP = `
The program finds the files given by --file in its work directory, and else a read-only system: no home
directories, no network, no environment of yours. stdin, stdout and stderr are passed through; a terminal
as stdin only with --stdin -. Output may be up to 16MiB unless --output says less. --idle, --cpus,
--cpu-weight and --io are limits only if they are given; the others have the defaults of the service. A limit
that nothing here can hold is refused: --cpus, --cpu-weight and --io need a cgroup that this user may use.
A time without a unit is in seconds, a size without one in bytes.

--artifact brings a regular file of the work directory back when the program has ended, however it ended, or a
directory with every regular file below it: to the same path here, or to NAME. Links are never followed. Without
one of them a program that succeeded counts as failed (exit code 1).

Exit code: that of the program, or
  128+n    the program was killed by signal n (137: also memory, output, disk or processes exceeded)
  124      it timed out
  125      Sandlot failed or was called wrongly; the program may not have run
  126      the program was found but cannot be executed
  127      the program was not found
  130      Ctrl-C; the program was killed

Environment:
  SANDLOT_CGROUP, SANDLOT_REQUIRE, SANDLOT_SECCOMP_PROFILE, SANDLOT_SECCOMP_FILE, SANDLOT_ALLOW_UNENFORCED as for the service: sandlot serve --help

Examples:
  $ sandlot run -- /bin/sh -c 'id; hostname; ls -l /proc'
  $ sandlot run --time 2s --memory 64MiB --file main.py -- python3 main.py
  $ sandlot run --file main.py --artifact plots=results -- python3 main.py
  $ sort words.txt | sandlot run -- uniq -c
  $ sandlot run --file tests/1.in=data/in.txt --json -- cat data/in.txt
`;
