import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireProgram } from '@sandlot/testing';
import { describe, expect, it } from 'vitest';

/** Debian keeps apparmor_parser there. */
process.env['PATH'] += ':/usr/sbin:/sbin';

const FIT = join(import.meta.dirname, '../../apparmor/fit-profile.sh');
const PROFILES = [
  join(import.meta.dirname, 'sandlot-worker'),
  join(import.meta.dirname, '../../apparmor/sandlot'),
];
/** A parser that refuses user namespaces, in words without spaces. */
const OLDER = `${process.execPath} --eval process.exitCode=+fs.readFileSync(0,"utf8").includes("userns,") --`;
const text = readFileSync(join(import.meta.dirname, 'sandlot-worker'), 'utf8');
const { header, rules } = parse(text);

/**
 * The plain subset of apparmor.d(5) that the profile keeps to: one profile, a rule in each line.
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

describe.each(PROFILES)('%s, fitted to a host', (file) => {
  const profile = readFileSync(file, 'utf8');

  it.runIf(requireProgram('apparmor_parser', 'apparmor'))('is read by the apparmor_parser here', () => {
    const { status, stderr } = spawnSync('apparmor_parser', ['--skip-kernel-load', '--skip-cache'], {
      input: fit(file),
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
  });

  it('is whole where that is read', () => {
    expect(fit(file, 'true')).toBe(profile);
  });

  it('is without what AppArmor 3 does not know where that is refused', () => {
    const left = fit(file, OLDER).split('\n');
    const lost = profile.split('\n').filter((line) => !left.includes(line));
    expect(lost).toEqual(['abi <abi/4.0>,', '  userns,']);
  });

  it('is none where no part of it is read, and that is a failure', () => {
    expect(() => fit(file, 'false')).toThrow('fit-profile.sh');
  });
});

/**
 * @param {string} file
 * @param {string} [parser] in the place of apparmor_parser
 */
function fit(file, parser = 'apparmor_parser') {
  const env = { ...process.env, APPARMOR_PARSER: parser };
  return execFileSync('sh', [FIT, file], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
