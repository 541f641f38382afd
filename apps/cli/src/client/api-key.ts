import { readFileSync } from 'node:fs';
import { CommandError } from '../error/command-error.js';

/**
 * The key that client commands show to the service: the content of `--api-key-file`, else SANDLOT_API_KEY; undefined if
 * there is neither. (There is no option for the key itself: everybody on the machine may read a command line.)
 *
 * @throws {CommandError} if the file cannot be read, or what stands there cannot be a key. Never shows it.
 */
export function apiKey(file: string | undefined, variable: string | undefined): string | undefined {
  const text = file === undefined ? variable : readKey(file);
  if (text === undefined || (text === '' && file === undefined)) return undefined;
  if (/^[\x21-\x7e]{1,512}$/.test(text)) return text;
  const place = file === undefined ? 'SANDLOT_API_KEY' : `--api-key-file ${file}`;
  throw new CommandError(
    `${place} holds no API key: expected one line of visible characters, such as "sandlot keys create" prints`,
  );
}

function readKey(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const errno = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new CommandError(
      `Cannot read --api-key-file ${file}: ${errno}. Name a file that holds the API key`,
      {
        cause: error,
      },
    );
  }
}
