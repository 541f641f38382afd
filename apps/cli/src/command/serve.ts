import type { Command } from 'commander';
import { settingsHelp } from '../config/settings-help.js';

/** `sandlot serve`: API and worker in one process. */
export function addServe(program: Command): void {
  program
    .command('serve')
    .summary('start the service: API and worker in one process')
    .description('Starts the HTTP API and a worker in one process, until SIGTERM or SIGINT.')
    .addHelpText('after', `${settingsHelp()}${EXAMPLES}`)
    .action(async () => {
      const { serviceCommand } = await import('../service/service-command.js');
      await serviceCommand(new Set(['api', 'worker']));
    });
}

const EXAMPLES = `
Examples:
  $ sandlot serve
  $ SANDLOT_LISTEN=unix:/run/user/1000/sandlot.sock sandlot serve
  $ SANDLOT_MAX_WALL_TIME_MS=30000 SANDLOT_CONCURRENCY=4 sandlot serve
`;
