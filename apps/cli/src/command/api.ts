import type { Command } from 'commander';
import { settingsHelp } from '../config/settings-help.js';

/** `sandlot api`: the API alone; workers take its jobs from a shared Redis. */
export function addApi(program: Command): void {
  program
    .command('api')
    .summary('start the API alone; jobs run on workers')
    .description('Starts the HTTP API alone. Its jobs go through a Redis to `sandlot worker` processes.')
    .addHelpText('after', `${settingsHelp()}${EXAMPLES}`)
    .action(async () => {
      const { serviceCommand } = await import('../service/service-command.js');
      await serviceCommand(new Set(['api']));
    });
}

const EXAMPLES = `
API and workers share SANDLOT_QUEUE (a Redis with maxmemory-policy noeviction) and SANDLOT_DATA_DIR.

Examples:
  $ SANDLOT_QUEUE=redis://127.0.0.1:6379/0 sandlot api
`;
