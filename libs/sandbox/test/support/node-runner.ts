import { readFileSync } from 'node:fs';
import type { RunnerFile, RunnerProgram } from '@sandlot/engine';

const MiB = 1024 * 1024;

/** This very Node with a runner that evaluates its message. */
export function nodeRunner(): RunnerProgram {
  return {
    files: [
      { source: process.execPath, path: '/node' },
      ...sharedLibraries(),
      { path: '/openssl.cnf', content: new Uint8Array() },
      { path: '/runner.cjs', content: readFileSync(new URL('echo-runner.cjs', import.meta.url)) },
    ],
    argv: ['/node', '--openssl-config', '/openssl.cnf', '/runner.cjs'],
    ownMemoryBytes: 192 * MiB,
    ownDataBytes: 1024 * MiB,
    ownPids: 32,
    ownOpenFiles: 64,
  };
}

/** What this process has mapped of libraries, and the loader by the name that programs ask for. */
function sharedLibraries(): readonly RunnerFile[] {
  const mapped = readFileSync('/proc/self/maps', 'utf8').match(/\/\S+\.so[\d.]*$/gm) ?? [];
  const paths = [...new Set(mapped)].filter((path) => path.startsWith('/usr/lib') || path.startsWith('/lib'));
  const loader = '/lib64/ld-linux-x86-64.so.2';
  // Programs ask for them by the name with the first number only (soname).
  const shown = paths.map((source) => ({ source, path: source.replace(/(\.so\.\d+)[\d.]*$/, '$1') }));
  return [...shown, { source: loader, path: loader }];
}
