import type { Command } from 'commander';
import { settingsHelp } from '../config/settings-help.js';

/** `sandlot worker`: a worker alone; it takes jobs from a shared Redis. */
export function addWorker(program: Command): void {
  program
    .command('worker')
    .summary('start a worker alone; jobs come from an API')
    .description('Starts a worker alone. It takes the jobs that a `sandlot api` puts into a Redis.')
    .addHelpText('after', `${settingsHelp()}${EXAMPLES}`)
    .action(async () => {
      const { serviceCommand } = await import('../service/service-command.js');
      await serviceCommand(new Set(['worker']));
    });
}

const EXAMPLES = `
API and workers share SANDLOT_QUEUE (a Redis with maxmemory-policy noeviction) and SANDLOT_DATA_DIR.

Examples:
  $ SANDLOT_QUEUE=redis://127.0.0.1:6379/0 SANDLOT_CONCURRENCY=2 sandlot worker
`;
