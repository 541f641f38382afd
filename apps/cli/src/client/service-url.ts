import { CommandError } from '../error/command-error.js';

export const DEFAULT_URL = 'http://127.0.0.1:7420';

/**
 * The service that client commands speak to: `--url`, else SANDLOT_URL, else this machine's.
 *
 * @throws {CommandError} unless it is an http or https URL, or `unix:` and an absolute path.
 */
export function serviceUrl(option: string | undefined, variable: string | undefined): string {
  const fromOption = option !== undefined;
  const text = fromOption ? option : variable;
  if (text === undefined || (text === '' && !fromOption)) return DEFAULT_URL;
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  if (text.startsWith('unix:/')) return text;
  throw new CommandError(
    `${fromOption ? '--url' : 'SANDLOT_URL'}="${text}" is not the address of a service: expected one such as ${DEFAULT_URL} or unix:/path/of/socket`,
  );
}
