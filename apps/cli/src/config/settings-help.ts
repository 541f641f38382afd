import { MAXIMUM_VARIABLES } from './maximum-variables.js';
import { SETTINGS } from './settings.js';

/** The environment variables of the service, for `--help`. */
export function settingsHelp(): string {
  const settings = Object.entries(SETTINGS).map(
    ([name, { form, meaning }]) => [name, `${meaning} (${form})`] as const,
  );
  const maxima = Object.entries(MAXIMUM_VARIABLES).map(
    ([limit, name]) => [name, `highest ${limit} (${formOf(limit)})`] as const,
  );
  const width = Math.max(...[...settings, ...maxima].map(([name]) => name.length)) + 2;
  const rows = (entries: readonly (readonly [string, string])[]) =>
    entries.map(([name, text]) => `  ${name.padEnd(width)}${text}\n`).join('');
  return `\nEnvironment:\n${rows(settings)}\nWhat a job may ask for at most:\n${rows(maxima)}`;
}

function formOf(limit: string): string {
  if (/Bytes(PerSecond)?$/.test(limit)) return 'a size such as 1GiB';
  if (limit.endsWith('Cores')) return 'a number such as 1.5';
  return limit.endsWith('Ms') ? 'ms' : 'a number';
}
