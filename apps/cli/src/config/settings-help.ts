import { SETTINGS } from './settings.js';

/** The environment variables of the service, for `--help`. */
export function settingsHelp(): string {
  const entries = Object.entries(SETTINGS);
  const width = Math.max(...entries.map(([name]) => name.length)) + 2;
  const lines = entries.map(([name, { form, meaning }]) => `  ${name.padEnd(width)}${meaning} (${form})`);
  const maxima = `  ${'SANDLOT_MAX_<LIMIT>'.padEnd(width)}highest value a job may ask for, e.g. SANDLOT_MAX_MEMORY_BYTES=1GiB`;
  return `\nEnvironment:\n${[...lines, maxima].join('\n')}\n`;
}
