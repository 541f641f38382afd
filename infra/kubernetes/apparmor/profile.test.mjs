import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const text = readFileSync(join(import.meta.dirname, 'sandlot-worker'), 'utf8');
const { header, rules } = parse(text);

/**
 * The plain subset of apparmor.d(5) that the profile keeps to: one profile, a rule in each line. The parser of AppArmor 4,
 * which knows the rule `userns`, is not in every Debian.
 *
 * @param {string} profile
 */
function parse(profile) {
  const lines = profile.split('\n').map((line) => line.replace(/#.*/, '').trim());
  const code = lines.filter((line) => line !== '');
  const opening = code.findIndex((line) => line.endsWith('{'));
  if (opening < 0 || code.at(-1) !== '}')
    throw new Error('Expected one profile in braces, to the end of the file');
  return { header: code.slice(0, opening + 1), rules: code.slice(opening + 1, -1) };
}

describe('apparmor/sandlot-worker', () => {
  it('is one profile, under the name that the chart asks for, in the language that knows user namespaces', () => {
    expect(header).toEqual([
      'abi <abi/4.0>,',
      'include <tunables/global>',
      'profile sandlot-worker flags=(attach_disconnected,mediate_deleted) {',
    ]);
  });

  it('has a rule in each line, of kinds that apparmor.d(5) knows', () => {
    const kinds =
      /^(?:deny )?(?:capability|file|mount|network|pivot_root|ptrace|remount|signal|umount|unix|userns|\/\S+ [rwklxma]+)\b.*,$/;
    for (const rule of rules.filter((line) => !line.startsWith('include '))) expect(rule).toMatch(kinds);
  });

  it.each(['userns,', 'mount,', 'remount,', 'umount,', 'pivot_root,', 'capability,', 'file,', 'network,'])(
    'allows what cells take: %s',
    (rule) => expect(rules).toContain(rule),
  );

  it.each(['/proc/sysrq-trigger', '/proc/kcore', '/proc/sys/', '/sys/firmware/', '/sys/kernel/'])(
    'denies what is the node’s: %s',
    (path) => expect(rules.some((rule) => rule.startsWith(`deny ${path}`))).toBe(true),
  );

  it('leaves /proc/sys/user to the worker: cells are forbidden further namespaces there', () => {
    const denied = rules.filter((rule) => rule.startsWith('deny /proc/sys/'));
    expect(denied).toEqual(['deny /proc/sys/{kernel,vm,fs,dev,debug,abi}/** wklx,']);
  });
});
