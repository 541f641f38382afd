import type { Command } from 'commander';
import { addClientOptions } from '../option/client-options.js';
import type { ArtifactsOptions } from '../client/artifacts-command.js';

/** `sandlot artifacts`: files that a job has kept. */
export function addArtifacts(program: Command): void {
  addClientOptions(program.command('artifacts'))
    .summary('list or fetch the artifacts of a job')
    .description('Lists the files that a job has kept, or fetches them into a directory.')
    .argument('<id>', 'id of the job')
    .argument('[path...]', 'artifacts, or directories of them (default: all)')
    .option('--to <directory>', 'fetch them into this directory, under their own paths')
    .addHelpText('after', EXAMPLES)
    .action(async (id: string, paths: string[], options: ArtifactsOptions) => {
      const { artifactsCommand } = await import('../client/artifacts-command.js');
      process.exitCode = await artifactsCommand(id, paths, options);
    });
}

const EXAMPLES = `
A list has the size in bytes and the path of each, quoted as in JSON; what the job left out is on stderr.
Nothing is written outside of the directory, whatever the paths.

Exit code: 0 if the job has all that was named; 125 otherwise.

Examples:
  $ sandlot artifacts 019aa5c0-0000-7000-8000-000000000000
  $ sandlot artifacts 019aa5c0-0000-7000-8000-000000000000 --to results out/report.txt
`;
