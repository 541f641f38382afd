import { fileURLToPath } from 'node:url';

/** What `make` in native/ builds: the shared object, and the programs init, fence and probe. */
export const LIBRARY_PATH = builtPath('libsandlot.so');
export const INIT_PATH = builtPath('init');
export const FENCE_PATH = builtPath('fence');
export const PROBE_PATH = builtPath('probe');

function builtPath(name: string): string {
  return fileURLToPath(new URL(`./build/${name}`, import.meta.resolve('@sandlot/native/package.json')));
}
