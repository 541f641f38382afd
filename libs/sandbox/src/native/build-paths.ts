import { fileURLToPath } from 'node:url';

/** What `make` in native/ builds: the shared object, the init program and the probe program. */
export const LIBRARY_PATH = builtPath('libsandlot.so');
export const INIT_PATH = builtPath('init');
export const PROBE_PATH = builtPath('probe');

function builtPath(name: string): string {
  return fileURLToPath(new URL(`./build/${name}`, import.meta.resolve('@sandlot/native/package.json')));
}
