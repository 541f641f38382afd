import { createClient, ProblemError, type Client } from '@sandlot/client';
import type { ClientOptions } from '../option/client-options.js';
import { CommandError } from '../error/command-error.js';
import { flagOfField, inUnitsOf } from '../option/limit-flags.js';
import { apiKey } from './api-key.js';
import { serviceUrl } from './service-url.js';

/** A client of the service that a command's options and environment name. @throws {CommandError} */
export function connect({ url, apiKeyFile }: ClientOptions): Client {
  const key = apiKey(apiKeyFile, process.env['SANDLOT_API_KEY']);
  return createClient({
    baseUrl: serviceUrl(url, process.env['SANDLOT_URL']),
    ...(key === undefined ? {} : { apiKey: key }),
  });
}

/** Says which flags a refused job came from; any other error is passed on as it is. */
export function inFlags(error: unknown): unknown {
  if (!(error instanceof ProblemError) || error.problem.errors === undefined) return error;
  const { errors, title } = error.problem;
  const defects = errors.map(({ field, message }) => `${flagOfField(field)}: ${inUnitsOf(field, message)}`);
  // One flag may set several limits.
  return new CommandError(`${title}: ${[...new Set(defects)].join('; ')}`, { cause: error });
}
