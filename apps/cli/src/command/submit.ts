import { Option, type Command } from 'commander';
import { addClientOptions } from '../option/client-options.js';
import { parseDuration } from '../option/duration.js';
import { addLabelOption, addPayloadOptions, asArgument } from '../option/payload-options.js';
import type { SubmitOptions } from '../client/submit-command.js';

/** `sandlot submit`: a job for a running service. */
export function addSubmit(program: Command): void {
  const command = program
    .command('submit')
    .summary('submit a job to a running service')
    .description('Submits a job to a running service and prints its id; with --wait its output.');
  addPayloadOptions(command, 'file for stdin, - for this command’s own (default: empty)');
  addLabelOption(addClientOptions(command))
    .addOption(
      new Option(
        '--wait [duration]',
        'wait for the end, at most this long, and end as the job ended',
      ).argParser(asArgument(parseWait)),
    )
    .addHelpText('after', HELP)
    .action(async (argv: string[], options: SubmitOptions) => {
      const { submitCommand } = await import('../client/submit-command.js');
      process.exitCode = await submitCommand(argv, options);
    });
}

/** What a timer of Node can count. Unit: ms. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

function parseWait(text: string): number {
  const ms = parseDuration(text);
  if (ms <= LONGEST_WAIT_MS) return ms;
  throw new RangeError(`Expected 24 days at most, got "${text}"; plain --wait waits to the end`);
}

const HELP = `
Limits that are not given have the defaults of the service; --idle, --cpus, --cpu-weight and --io are none then,
unless the operator set a maximum. A time without a unit is in seconds, a size without one in bytes. stdin is empty unless --stdin is given. Write --wait=10s, with "=": what follows --wait
after a space is read as a duration, too.

--artifact keeps a file of the work directory, or every regular file below a directory, with the job; with --wait
it is brought back, too. Otherwise: sandlot artifacts.

Exit code: 0 once the job is accepted; with --wait that of the program, as for sandlot run, 125 if the job did
not end in time (it goes on).

Examples:
  $ sandlot submit -- /bin/sh -c 'echo hello'
  $ sandlot submit --wait --time 2s --file main.py -- python3 main.py
  $ sandlot submit --wait=30s --json --label team=red --stdin words.txt -- sort
`;
