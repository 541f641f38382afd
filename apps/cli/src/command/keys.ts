import { Option, type Command } from 'commander';
import type { CreateKeyOptions } from '../keys/create-key-command.js';
import type { KeysFileOption } from '../keys/keys-path.js';

/** `sandlot keys`: makes, lists and revokes the keys of the HTTP API. */
export function addKeys(program: Command): void {
  const keys = program
    .command('keys')
    .summary('make, list and revoke API keys')
    .description(
      'Makes, lists and revokes keys of the HTTP API, in the file that SANDLOT_API_KEYS_FILE names.',
    )
    .addHelpText('after', HELP);
  addCreate(keys);
  addList(keys);
  addRevoke(keys);
}

function addCreate(keys: Command): void {
  addFileOption(keys.command('create'))
    .summary('make a key and print it, once')
    .description(
      'Makes a key, prints it, and keeps its digest in the file. Without a file, prints the entry for one.',
    )
    .requiredOption('--tenant <name>', 'whose jobs come with the key')
    .addOption(
      new Option('--scope <scopes>', 'what it may do, with commas between; may be repeated')
        .argParser(collectScopes)
        .makeOptionMandatory(),
    )
    .option('--id <name>', 'name of the key, for list and revoke (default: a random one)')
    .option('--expires <when>', 'when it ends: 90d, 12h, 2030-01-31 or a time (default: never)')
    .option('--json', 'print key and entry as JSON')
    .action(async (options: CreateKeyOptions) => {
      const { createKeyCommand } = await import('../keys/create-key-command.js');
      process.exitCode = await createKeyCommand(options);
    });
}

function addList(keys: Command): void {
  addFileOption(keys.command('list'))
    .summary('show the keys there are, without what is secret')
    .option('--json', 'print the entries as JSON')
    .action(async (options: KeysFileOption & { readonly json?: boolean }) => {
      const { listKeysCommand } = await import('../keys/list-keys-command.js');
      process.exitCode = await listKeysCommand(options);
    });
}

function addRevoke(keys: Command): void {
  addFileOption(keys.command('revoke'))
    .summary('take a key out of the file')
    .argument('<id>', 'id of the key')
    .action(async (id: string, options: KeysFileOption) => {
      const { revokeKeyCommand } = await import('../keys/revoke-key-command.js');
      process.exitCode = await revokeKeyCommand(id, options);
    });
}

function addFileOption(command: Command): Command {
  return command.option('--keys-file <path>', 'the file of keys (default: $SANDLOT_API_KEYS_FILE)');
}

function collectScopes(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), ...text.split(',').map((scope) => scope.trim())];
}

const HELP = `
Scopes: jobs:read, jobs:write, metrics:read; admin stands for all, and sees the jobs of every tenant.
A running service takes note of changes within 2 s.

Examples:
  $ sandlot keys create --keys-file /etc/sandlot/keys.json --tenant acme --scope jobs:read,jobs:write
  $ SANDLOT_API_KEYS_FILE=/etc/sandlot/keys.json sandlot serve
  $ SANDLOT_API_KEY=sandlot_... sandlot submit --wait -- uname -a
`;
