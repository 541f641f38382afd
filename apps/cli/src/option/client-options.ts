import type { Command } from 'commander';

/** What every client command takes. */
export interface ClientOptions {
  readonly url?: string;
}

/** Adds `--url`. */
export function addUrlOption(command: Command): Command {
  return command.option('--url <url>', 'the service (default: $SANDLOT_URL or http://127.0.0.1:7420)');
}
