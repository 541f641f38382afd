import { resolve } from 'node:path';
import { CommandError } from '../error/command-error.js';

/** What every `sandlot keys` command takes. */
export interface KeysFileOption {
  readonly keysFile?: string;
}

/** The file that is named by `--keys-file`, else by SANDLOT_API_KEYS_FILE; undefined if none is. */
export function keysPath({ keysFile }: KeysFileOption, variable: string | undefined): string | undefined {
  const path = keysFile ?? variable;
  return path === undefined || path === '' ? undefined : resolve(path);
}

/** As {@link keysPath}. @throws {CommandError} if none is named. */
export function demandKeysPath(option: KeysFileOption, variable: string | undefined): string {
  const path = keysPath(option, variable);
  if (path !== undefined) return path;
  throw new CommandError('No file of API keys is named: give --keys-file, or set SANDLOT_API_KEYS_FILE');
}
