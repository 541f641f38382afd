import type { Command } from 'commander';
import { addClientOptions, type ClientOptions } from '../option/client-options.js';

/** `sandlot logs`: a job's output. */
export function addLogs(program: Command): void {
  addClientOptions(program.command('logs'))
    .summary('print the output of a job')
    .description('Prints what a job has written, its stdout to stdout and its stderr to stderr.')
    .argument('<id>', 'id of the job')
    .option('-f, --follow', 'go on until the job has ended')
    .addHelpText('after', EXAMPLES)
    .action(async (id: string, options: ClientOptions & { readonly follow?: boolean }) => {
      const { logsCommand } = await import('../client/logs-command.js');
      process.exitCode = await logsCommand(id, options);
    });
}

const EXAMPLES = `
Exit code: 0 if there is such a job, however it ended; 125 otherwise.

Examples:
  $ sandlot logs 019aa5c0-0000-7000-8000-000000000000
  $ sandlot logs --follow "$(sandlot submit -- /bin/sh -c 'for i in 1 2 3; do echo $i; sleep 1; done')"
`;
