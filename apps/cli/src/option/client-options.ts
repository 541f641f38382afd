import type { Command } from 'commander';

/** What every client command takes. */
export interface ClientOptions {
  readonly url?: string;
  readonly apiKeyFile?: string;
}

/** Adds `--url` and `--api-key-file`. */
export function addClientOptions(command: Command): Command {
  return command
    .option('--url <url>', 'the service (default: $SANDLOT_URL or http://127.0.0.1:7420)')
    .option('--api-key-file <path>', 'file with the API key (default: the key in $SANDLOT_API_KEY)');
}
