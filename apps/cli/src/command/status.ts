import type { Command } from 'commander';
import { addClientOptions, type ClientOptions } from '../option/client-options.js';

/** `sandlot status`: what became of a job. */
export function addStatus(program: Command): void {
  addClientOptions(program.command('status'))
    .summary('show the state of a job')
    .description('Shows the state of a job, how it ended and what it used.')
    .argument('<id>', 'id of the job')
    .option('--json', 'print the whole job document')
    .addHelpText('after', EXAMPLES)
    .action(async (id: string, options: ClientOptions & { readonly json?: boolean }) => {
      const { statusCommand } = await import('../client/status-command.js');
      process.exitCode = await statusCommand(id, options);
    });
}

const EXAMPLES = `
Exit code: 0 if there is such a job, however it ended; 125 otherwise.

Examples:
  $ sandlot status 019aa5c0-0000-7000-8000-000000000000
  $ sandlot status 019aa5c0-0000-7000-8000-000000000000 --json | jq .outcome
`;
