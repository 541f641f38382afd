import { CommandError } from '../error/command-error.js';
import { hidePassword } from './hide-password.js';
import { SETTINGS, type Setting } from './settings.js';

export type Environment = Readonly<Record<string, string | undefined>>;

type SettingValue<K extends keyof typeof SETTINGS> = ReturnType<(typeof SETTINGS)[K]['parse']>;

/**
 * The value of a variable; undefined if it is unset or empty.
 *
 * @throws {CommandError} naming variable, value and expected form.
 */
export function read<K extends keyof typeof SETTINGS>(
  environment: Environment,
  name: K,
): SettingValue<K> | undefined {
  // Indexing by K loses the link between a name and its type; each setting's own parse restores it.
  return readSetting(environment, name, SETTINGS[name] as Setting<SettingValue<K>>);
}

/** As {@link read}, for a setting that is not in `SETTINGS`. */
export function readSetting<T>(
  environment: Environment,
  name: string,
  { form, parse }: Setting<T>,
): T | undefined {
  const text = environment[name];
  if (text === undefined || text === '') return undefined;
  try {
    return parse(text);
  } catch (error) {
    throw new CommandError(`${name}="${hidePassword(text)}" is not valid: expected ${form}`, {
      cause: error,
    });
  }
}
