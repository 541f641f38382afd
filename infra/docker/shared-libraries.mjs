import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';

/** Loaded by name while programs run: system call filters (libsandlot), and names of hosts in a C library before 2.34. */
const LOADED_BY_NAME = ['libseccomp.so.2', 'libnss_dns.so.2', 'libnss_files.so.2', 'libresolv.so.2'];
const REQUIRED = ['libseccomp.so.2'];

/**
 * Everything that the dynamic linker loads for some programs and libraries, itself included, and what they load by name.
 *
 * @param {readonly string[]} files
 * @returns {readonly string[]} paths on this machine
 * @throws {Error} if a library is missing
 */
export function sharedLibraries(files) {
  const named = namedLibraries();
  return [...new Set([...named, ...[...files, ...named].flatMap(linkedLibraries)])].sort();
}

/** @returns {readonly string[]} */
function namedLibraries() {
  const cache = execFileSync('ldconfig', ['-p'], {
    encoding: 'utf8',
    env: { PATH: '/usr/sbin:/sbin:/usr/bin:/bin' },
  });
  return LOADED_BY_NAME.flatMap((name) => {
    const path = new RegExp(`^\\s*${name.replaceAll('.', String.raw`\.`)} .*=> (\\S+)$`, 'm').exec(
      cache,
    )?.[1];
    if (path === undefined && REQUIRED.includes(name)) {
      throw new Error(`${name} is not installed. Debian, Ubuntu: apt-get install libseccomp2.`);
    }
    return path ?? [];
  });
}

/**
 * @param {string} file
 * @returns {readonly string[]}
 */
function linkedLibraries(file) {
  const text = execFileSync('ldd', [file], { encoding: 'utf8' });
  const missing = /^\s*(\S+) => not found/m.exec(text)?.[1];
  if (missing !== undefined) throw new Error(`${file} needs ${missing}, which is not installed.`);
  const paths = [...text.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].map((match) => match[1] ?? '');
  const shared = paths.find((path) => basename(path).startsWith('libnode.so'));
  if (shared !== undefined) {
    throw new Error(
      `${file} is only a part of Node, the rest lies around it. Build with a Node from https://nodejs.org.`,
    );
  }
  return paths.filter(existsSync);
}
