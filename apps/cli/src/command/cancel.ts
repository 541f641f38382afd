import type { Command } from 'commander';
import { addClientOptions, type ClientOptions } from '../option/client-options.js';

/** `sandlot cancel`: ends a job that waits or runs. */
export function addCancel(program: Command): void {
  addClientOptions(program.command('cancel'))
    .summary('cancel a job')
    .description('Cancels a job: one that waits never runs, one that runs is killed.')
    .argument('<id>', 'id of the job')
    .addHelpText('after', EXAMPLES)
    .action(async (id: string, options: ClientOptions) => {
      const { cancelCommand } = await import('../client/cancel-command.js');
      process.exitCode = await cancelCommand(id, options);
    });
}

const EXAMPLES = `
Exit code: 0 also if the job had ended before; 125 if there is no such job.

Examples:
  $ sandlot cancel 019aa5c0-0000-7000-8000-000000000000
`;
